package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** docs/command-line.md names every command, option and exit code. */
class CommandLineDocumentTest {

  @Test
  void namesEveryCommandAndOption() throws IOException {
    String document = Files.readString(Path.of("../docs/command-line.md"));

    check(document, TestConsole.program().getSubcommands().values(), "");
  }

  private static void check(String document, Collection<CommandLine> commands, String prefix) {
    assertThat(commands).isNotEmpty();
    for (CommandLine command : commands) {
      if (command.getCommandSpec().usageMessage().hidden()) {
        continue;
      }
      String name = prefix + command.getCommandName();
      if (command.getSubcommands().isEmpty()) {
        assertThat(document).containsPattern("(?m)^\\| `" + name + "[` ]");
      } else {
        check(document, command.getSubcommands().values(), name + " ");
      }
      for (OptionSpec option : command.getCommandSpec().options()) {
        assertThat(document).as(name).contains(option.longestName());
      }
    }
  }

  /** One that is registered under another name would not be found. */
  @Test
  void findsEveryCommandByItsName() {
    for (String name : TestConsole.program().getSubcommands().keySet()) {
      CommandLine root = new CommandLine(new TestConsole.Program());
      boolean isDescribing = name.equals("completion") || name.equals("man-page");
      boolean isAlias = name.equals("uncordon");

      assertThat(Commands.addTo(root, name)).as(name).isEqualTo(!isDescribing && !isAlias);
      if (!isDescribing && !isAlias) {
        assertThat(root.getSubcommands()).containsKey(name);
      }
    }
  }

  @Test
  void namesEveryExitCodeWithItsMeaning() throws IOException {
    String document = Files.readString(Path.of("../docs/command-line.md"));

    Commands.exitCodes()
        .forEach(
            (code, meaning) ->
                assertThat(document).contains("| " + code + " | " + meaning + " |\n"));
  }
}
