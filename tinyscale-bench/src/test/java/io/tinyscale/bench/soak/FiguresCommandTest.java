package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FiguresCommandTest {

  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine =
      new CommandLine(new FiguresCommand()).setErr(new PrintWriter(err));

  @TempDir Path folder;

  @Test
  void saysWhenTheWarIsNotThere() {
    assertThat(commandLine.execute("--war", folder.resolve("x.war").toString())).isEqualTo(2);

    assertThat(err.toString()).contains("x.war: no such file");
  }

  @Test
  void refusesSubjectsThatItDoesNotKnow() {
    assertThat(commandLine.execute("--only", "REOPEN,CLOSE")).isEqualTo(2);

    assertThat(err.toString()).contains("CLOSE");
  }

  @Test
  void passesSettingsOnAsEnvironmentVariables() {
    assertThat(FiguresCommand.environment(Map.of("health.interval", "5s")))
        .isEqualTo(Map.of("TINYSCALE_HEALTH_INTERVAL", "5s"));
  }

  @Test
  void showsTheMedianAndTheWorstTime() {
    assertThat(ReopenTimes.figure(3, 9, 1).value()).isEqualTo("median 3.0 s, worst 9.0 s");
    assertThat(ReopenTimes.figure(4, 2).value()).isEqualTo("median 3.0 s, worst 4.0 s");
  }

  @Test
  void countsTheCreatesThatFailed() {
    Call made = call(1_000_000, Story.document(Story.success("x")));
    Call failed = call(2_500_000, Story.document(Story.failed("internalError")));
    Call unanswered = call(2_000_000, Reply.none("refused"));

    assertThat(RollingRestart.figure(List.of(made, failed, unanswered)).value())
        .isEqualTo("2 of 3, slowest 2.5 s");
  }

  private static Call call(long micros, Reply reply) {
    return new Call("figures", "", "", "create", "new-1", 0, micros, true, reply);
  }
}
