package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guides name commands that exist, and mark what no test runs. */
class GuidesTest {

  private static final Pattern INLINE = Pattern.compile("`tinyscale ([^`\n]+)`");
  private static final Pattern TYPED = Pattern.compile("(?m)^ *(?:.*\\| )?tinyscale ([^\n>]+)");
  private static final Pattern COMMANDS = Pattern.compile("(?ms)^ *```sh\n(.*?)^ *```");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `[^|]+ \\| (.+) \\|$");
  private static final Pattern CODE = Pattern.compile("`([a-z-]+(?: [^`]*)?)`");
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^([^\n]*\n[^\n]*\n) *```(\\w*)\n(.*?)```");

  /** Commands that the executable reads itself. */
  private static final Set<String> OTHERS = Set.of("check", "--version", "serve");

  private static String guide(String name) throws IOException {
    return Files.readString(Path.of("../docs").resolve(name + ".md"));
  }

  private static void requireCommand(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    if (!OTHERS.contains(words.get(0))) {
      words.replaceAll(text -> text.equals("N") ? "1" : text);
      assertThatCode(() -> TestConsole.program().parseArgs(words.toArray(String[]::new)))
          .as(line)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "moodle",
        "greenlight",
        "nextcloud",
        "from-tinyscale",
        "from-scalelite",
        "from-one-server",
        "operate"
      })
  void namesCommandsThatExistAndMarksWhatIsNotTried(String name) throws IOException {
    String guide = guide(name);

    List<String> lines = new ArrayList<>();
    INLINE.matcher(guide).results().forEach(found -> lines.add(found.group(1)));
    COMMANDS
        .matcher(guide)
        .results()
        .flatMap(block -> TYPED.matcher(block.group(1)).results())
        .forEach(found -> lines.add(found.group(1)));
    assertThat(lines).isNotEmpty();
    lines.stream().filter(line -> !line.contains("…")).forEach(GuidesTest::requireCommand);
    assertThat(guide).contains("See that it works", "tinyscale events");
    Matcher block = BLOCK.matcher(guide);
    while (block.find()) {
      assertThat(
              block.group(2).equals("sh")
                  || block.group(1).matches("(?s).*(not tried here|`\\.env`:).*"))
          .as(block.group())
          .isTrue();
    }
    assertThat(Files.readString(Path.of("../docs/README.md"))).contains("(" + name + ".md)");
  }

  @Test
  void hasACommandForEachTaskOfScalelite() throws IOException {
    String guide = guide("from-scalelite");
    String table = guide.substring(guide.indexOf("| `./bin/rake …` |"));

    List<String> commands =
        ROW.matcher(table)
            .results()
            .skip(1)
            .flatMap(row -> CODE.matcher(row.group(1)).results())
            .map(code -> code.group(1))
            .toList();

    assertThat(commands).hasSizeGreaterThanOrEqualTo(20);
    commands.forEach(GuidesTest::requireCommand);
  }
}
