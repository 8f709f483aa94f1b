package io.tinyscale.bench.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BalancersCommandTest {

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BalancersCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void writesTheChosenCellsForReadersAndForPrograms() throws IOException {
    int code =
        run(
            "--rooms",
            "20",
            "--rows",
            "one,several",
            "--scenarios",
            "calm,crashes",
            "--out",
            folder.toString());

    assertThat(code).isZero();
    assertThat(Files.readString(folder.resolve("balancers.md")))
        .contains("20 rooms in each cell, seed 1.")
        .contains("| | calm | crashes |\n|---|---:|---:|\n| one balancer, round robin | ")
        .contains("| two, several, expected load | ");
    assertThat(Files.readString(folder.resolve("balancers.json")))
        .contains("\"row\": \"several\"", "\"scenario\": \"crashes\"", "\"peopleInTwo\": ")
        .doesNotContain("\"drift\"");
    assertThat(out.toString()).contains("Rooms with people in two copies, %");
  }

  @Test
  void namesRowsAndScenariosOfSeveralWordsWithHyphens() {
    int code = run("--rooms", "20", "--rows", "store-round-robin", "--scenarios", "store-cut");

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("two, store, round robin, store cut off: ")
        .contains("| | store cut off |\n|---|---:|\n| two, store, round robin | ");
  }

  @Test
  void tellsTheStoryOfARoom() {
    assertThat(run("--rows", "one", "--scenarios", "calm", "--trace", "room-3-2")).isZero();

    assertThat(out.toString()).contains("create through balancer1", "v0 is in ");
  }

  @Test
  void refusesWhatIsNoRoom() {
    assertThat(run("--trace", "room")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("such as room-7-13");
  }

  @Test
  void refusesToRunNothing() {
    assertThat(run("--rooms", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("at least 1");
  }
}
