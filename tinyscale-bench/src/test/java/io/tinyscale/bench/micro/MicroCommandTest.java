package io.tinyscale.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MicroCommandTest {

  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine =
      new CommandLine(new MicroCommand()).setErr(new PrintWriter(err));

  @ParameterizedTest
  @CsvSource({
    "[a, is no regular expression",
    "NoSuchBenchmark, no benchmark matches NoSuchBenchmark"
  })
  void saysWhatIsWrongWithTheChoice(String regex, String message) {
    assertThat(commandLine.execute(regex)).isEqualTo(2);

    assertThat(err.toString()).contains(message);
  }

  @Test
  void refusesToMeasureNothing() {
    assertThat(commandLine.execute("--iterations", "0", "Query")).isEqualTo(2);

    assertThat(err.toString()).contains("must be at least 1");
  }
}
