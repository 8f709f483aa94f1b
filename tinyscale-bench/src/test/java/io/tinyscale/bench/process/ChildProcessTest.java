package io.tinyscale.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

  @TempDir private Path folder;

  private ChildProcess shell(String script, Map<String, String> environment) {
    return ChildProcess.start(folder.resolve("log"), List.of("sh", "-c", script), environment);
  }

  private ChildProcess shell(String script) {
    return shell(script, Map.of());
  }

  private static ProcessHandle handle(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  @Test
  void waitsForAMatchInTheOutput() {
    try (ChildProcess child = shell("echo begun; echo ready: 7; exec sleep 60")) {
      assertThat(child.awaitOutput(Pattern.compile("ready: (\\d+)")).group(1)).isEqualTo("7");
    }
  }

  @Test
  void saysWhatAProcessWroteThatEndedTooEarly() {
    try (ChildProcess child = shell("echo port is taken >&2; exit 1")) {
      assertThatThrownBy(() -> child.awaitOutput(Pattern.compile("ready")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no output like ready")
          .hasMessageContaining("port is taken");
    }
  }

  @Test
  void aProcessSeesOnlyTheConfigurationGiven() {
    String script = "echo secret=$TINYSCALE_SECRET port=$PORT home=$HOME; exec sleep 60";
    try (ChildProcess child = shell(script, Map.of("TINYSCALE_SECRET", "abc"))) {
      assertThat(child.awaitOutput(Pattern.compile("secret=.*")).group())
          .isEqualTo("secret=abc port= home=" + System.getenv("HOME"));
    }
  }

  @Test
  void aKillEndsTheChildrenOfTheProcess() {
    ChildProcess child = shell("sleep 60 & echo started: $!; wait");
    ProcessHandle started = handle(child.awaitOutput(Pattern.compile("started: (\\d+)")).group(1));

    child.kill();

    await().until(() -> !started.isAlive());
    assertThat(ProcessHandle.of(child.pid()).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void terminateLetsTheProcessEndByItself() {
    ChildProcess child =
        shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
    child.awaitOutput(Pattern.compile("ready"));

    child.terminate();

    assertThat(child.output()).endsWith("bye\n");
  }

  @Test
  void runsAProgramToItsEnd() {
    assertThat(ChildProcess.run("sh", "-c", "echo out; echo err >&2; exit 3"))
        .isEqualTo(new ChildProcess.Finished(3, "out\nerr\n"));
  }
}
