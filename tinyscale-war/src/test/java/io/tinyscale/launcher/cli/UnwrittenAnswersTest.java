package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose answers cannot be written. */
class UnwrittenAnswersTest {

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door).fullDisk();

  @AfterEach
  void close() {
    door.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "servers",
        "servers --json",
        "events",
        "settings-file",
        "completion bash",
        "token create anna --scope read"
      })
  void saysSoAndFails(String line) {
    door.answer("GET /servers", "{\"servers\":[]}")
        .answer("GET /events?limit=1000", "{\"events\":[{\"id\":1,\"name\":\"server.up\"}]}");

    TestConsole.Result result = console.run(line.split(" "));

    assertThat(result.err()).endsWith("The answer could not be written.\n");
    assertThat(result.code()).isEqualTo(4);
  }

  @Test
  void aWorseAnswerStays() {
    door.answer("GET /status", "{\"verdict\":\"critical\"}");

    TestConsole.Result result = console.run("status");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"events --follow", "status --watch"})
  void theReaderOfAnEndlessAnswerMayLeave(String line) {
    door.answer("GET /status", "{\"verdict\":\"ok\"}")
        .answer("GET /events?limit=1000", "{\"events\":[{\"id\":1,\"name\":\"server.up\"}]}");

    TestConsole.Result result = console.run(line.split(" "));

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }
}
