package io.tinyscale.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine =
      new CommandLine(new SimulateCommand())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @TempDir Path folder;

  @Test
  void listsTheScenarios() {
    assertThat(commandLine.execute("--list")).isZero();

    assertThat(out.toString()).contains("P1: ", "P12: ", "FILL: ", "U(40, 0.60), 6 weeks");
  }

  @Test
  void refusesScenariosThatItDoesNotKnow() {
    assertThat(commandLine.execute("--scenarios", "P1,P13")).isEqualTo(2);

    assertThat(err.toString()).contains("--scenarios: P13 (expected: some of P1, ");
  }

  @Test
  void refusesNumbersBelowOne() {
    assertThat(commandLine.execute("--weeks", "-1")).isEqualTo(2);

    assertThat(err.toString()).contains("must be at least 1");
  }

  @Test
  void writesTablesAndPlotsAndTellsWhetherEverythingHolds() throws IOException {
    String results = folder.resolve("results").toString();

    int exit =
        commandLine.execute("--scenarios", "P2", "--seeds", "2", "--weeks", "3", "--out", results);

    String report = Files.readString(folder.resolve("results/simulate.md"));
    assertThat(report).contains("| weighted round robin |", "| clairvoyant: day known |");
    assertThat(out.toString()).contains(report);
    assertThat(exit).isEqualTo(report.contains("- FAIL ") ? 1 : 0);
    assertThat(
            JsonParser.parseString(Files.readString(folder.resolve("results/simulate.json")))
                .getAsJsonArray())
        .hasSize(1);
    assertThat(folder.resolve("results/overload-p2.svg")).isNotEmptyFile();
  }
}
