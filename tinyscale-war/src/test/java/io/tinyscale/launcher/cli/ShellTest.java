package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tinyscale.config.CommandVariable;
import io.tinyscale.config.ConfigKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The completion of bash, and the manual page. */
class ShellTest {

  @TempDir private Path folder;

  private final FakeDoor door =
      FakeDoor.open()
          .answer(
              "GET /servers",
              "{\"servers\":[{\"name\":\"bbb1\"},{\"name\":\"bbb2\"},{\"name\":\"$(reboot)\"},"
                  + "{\"name\":\"a b\"}]}");
  private final TestConsole console = new TestConsole(door);

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void tellsTheNamesThatAShellCanTake() {
    assertThat(console.run("completion-names").out().lines()).containsExactly("bbb1", "bbb2");
  }

  @ParameterizedTest
  @CsvSource({
    "cor, cordon",
    "cordon bbb, bbb1 bbb2",
    "drain bbb1 bbb, bbb1 bbb2",
    "find --js, --json",
    "meetings --server bbb, bbb1 bbb2",
    "end-all bbb2, bbb2"
  })
  void completesInBash(String line, String offered) throws Exception {
    Path bash = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(bash), "no bash here");
    Path script =
        Files.writeString(folder.resolve("completion"), console.run("completion", "bash").out());
    // The script asks this for names; outside of a completion bash complains about an option.
    Path program =
        Files.writeString(folder.resolve("tinyscale"), "#!/bin/sh\necho bbb1\necho bbb2\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    String commands =
        "PATH="
            + folder
            + ":$PATH; . "
            + script
            + "; COMP_WORDS=(tinyscale "
            + line
            + "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _complete_tinyscale 2>/dev/null;"
            + " printf '%s\\n' \"${COMPREPLY[@]}\"";

    Process process =
        new ProcessBuilder(bash.toString(), "-c", commands).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(out.lines()).containsExactly(offered.split(" "));
  }

  @Test
  void hasNoCompletionForOtherShells() {
    assertThat(console.run("completion", "zsh").code()).isEqualTo(2);
  }

  @Test
  void writesAManualPageOfAllCommands() {
    String page = console.run("man-page").out();

    assertThat(page.lines())
        .startsWith(".TH TINYSCALE 1 \"\" \"tinyscale\"", ".SH \"NAME\"")
        .contains(
            ".SS \"drain\"",
            "\\fB\\-\\-deadline\\fR=\\fITIME\\fR",
            ".SS \"token create\"",
            "\\fBTINYSCALE_TOKEN_FILE\\fR",
            ".SH \"EXIT STATUS\"")
        .noneMatch(line -> line.matches("[.'](?!(TH|SH|SS|TP|PP|br)\\b).*"));
    assertThat(page)
        .doesNotContain("completion-names")
        .doesNotContain("man-page")
        .doesNotContain("settings-file");
  }

  @Test
  void describesEverySettingOnAManualPage() throws IOException {
    String page = console.run("man-page", "tinyscale.conf", "--presets", presets()).out();

    assertThat(page.lines())
        .startsWith(".TH TINYSCALE.CONF 5 \"\" \"tinyscale\"")
        .contains(
            "\\fBPORT\\fR",
            "when a server is down at the start: abort, or warn and start with the others"
                + " (default: abort) The package sets warn.");
    for (ConfigKey key : ConfigKey.values()) {
      assertThat(page.lines()).containsOnlyOnce("\\fB" + key.variable() + "\\fR");
    }
    for (CommandVariable variable : CommandVariable.values()) {
      assertThat(page.lines()).containsOnlyOnce("\\fB" + variable.variable() + "\\fR");
    }
  }

  @Test
  void writesAFileOfAllSettingsAsComments() throws IOException {
    String file = console.run("settings-file", "--presets", presets()).out();

    assertThat(file.lines())
        .allMatch(line -> line.isEmpty() || line.startsWith("#"))
        .allMatch(line -> line.length() <= 100)
        .contains("#PORT=3005", "#TINYSCALE_STARTUP_CHECK=warn", "#TINYSCALE_CACHE_TTL=1s")
        .contains(
            "# name or address that the executable listens on; `--host` wins (default: all"
                + " addresses)")
        .contains("#TINYSCALE_HOST=");
    for (ConfigKey key : ConfigKey.values()) {
      assertThat(file.lines().filter(line -> line.startsWith("#" + key.variable() + "=")))
          .hasSize(1);
    }
  }

  @Test
  void writesTheSettingsWithoutAPackageToo() {
    assertThat(console.run("settings-file").out()).contains("\n#TINYSCALE_STARTUP_CHECK=abort\n");
    assertThat(console.run("man-page", "tinyscale.conf").out()).doesNotContain("package");
  }

  private String presets() throws IOException {
    return Files.writeString(
            folder.resolve("presets"), "# What counts here.\nTINYSCALE_STARTUP_CHECK=warn\n")
        .toString();
  }

  @Tag("parts")
  @ParameterizedTest
  @ValueSource(strings = {"tinyscale", "tinyscale.conf"})
  void theManualPageIsGoodRoff(String name) throws IOException, InterruptedException {
    Path page = Files.writeString(folder.resolve("page"), console.run("man-page", name).out());

    Process process =
        new ProcessBuilder("groff", "-man", "-Tascii", "-ww", "-z", page.toString())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void everyCommandExplainsItselfInEightyColumns() {
    List<CommandLine> commands =
        TestConsole.program().getSubcommands().values().stream().distinct().toList();

    assertThat(commands).hasSizeGreaterThan(20);
    for (CommandLine command : commands) {
      TestConsole.Result result = console.run(command.getCommandName(), "--help");
      assertThat(result.code()).isZero();
      assertThat(result.out()).contains(command.getCommandName());
      assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    }
    assertThat(door.calls()).isEmpty();
  }
}
