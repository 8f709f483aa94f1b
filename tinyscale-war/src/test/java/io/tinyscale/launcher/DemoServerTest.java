package io.tinyscale.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tinyscale.health.StartupException;
import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoServerTest {

  /** A process that ends and says nothing on its standard output. */
  private static Process briefProcess() throws IOException {
    return new ProcessBuilder(ChildProcess.jdk("java"), "-version")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void saysWhichServerDoesNotStart() throws IOException {
    Process process = briefProcess();

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> DemoServer.await("bbb1", process))
        .withMessageStartingWith("The simulated server bbb1 does not start.");
  }

  @Test
  void endsProcessesThatRunAndProcessesThatHaveEnded() throws Exception {
    Process brief = briefProcess();
    brief.waitFor();
    Process running = DemoServer.launch("bbb1");

    DemoServer.end(List.of(brief, running));

    assertThat(running.isAlive()).isFalse();
  }
}
