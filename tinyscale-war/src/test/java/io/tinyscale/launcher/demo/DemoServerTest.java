package io.tinyscale.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tinyscale.health.StartupException;
import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  /** A process of this script, with its standard output for this test. */
  private static Process script(String text) throws IOException {
    return new ProcessBuilder("sh", "-c", text).start();
  }

  @Test
  void readsOnBehindWarningsOfTheJvm() throws IOException {
    Process process =
        script(
            "echo '[0.004s][warning][os] no large pages'; echo;"
                + " echo 'ready url=http://127.0.0.1:7/bigbluebutton/api secret=s'; exec cat");

    DemoServer server = DemoServer.await("bbb1", process);

    assertThat(server.entry()).contains("http://127.0.0.1:7/bigbluebutton/api");
    DemoServer.end(List.of(process));
  }

  @Test
  void quotesWhatAProcessWroteThatHasEnded() throws IOException {
    Process process = script("echo 'Unrecognized option: -Xmx64m'; echo 'No JVM.'");

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> DemoServer.await("bbb1", process))
        .withMessageStartingWith("The simulated server bbb1 does not start.")
        .withMessageEndingWith("\n  Unrecognized option: -Xmx64m\n  No JVM.");
  }

  @Test
  void killsAProcessThatIsNotReadyInTime() throws Exception {
    Process process = script("echo 'Not yet.'; exec cat");

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> DemoServer.await("bbb1", process, Duration.ofSeconds(1)))
        .withMessageStartingWith("The simulated server bbb1 does not start within 1 s.")
        .withMessageEndingWith("Not yet.");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
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
