package io.tinyscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.config.ConfigKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables in the documents match the code. */
class DocumentationTest {

  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:Test|IT)\\.\\w+)`");

  @Test
  void namesEveryConfigurationKeyWithItsDefaultAndMeaning() throws IOException {
    Map<String, List<String>> rows = rows("docs/configuration.md", "| key | default | meaning |");

    assertThat(rows.keySet())
        .containsExactlyElementsOf(Arrays.stream(ConfigKey.values()).map(ConfigKey::key).toList());
    for (ConfigKey key : ConfigKey.values()) {
      String none = key == ConfigKey.SECRET ? "required" : "-";
      assertThat(rows.get(key.key()))
          .containsExactly(key.key(), key.defaultText().orElse(none), key.meaning());
    }
  }

  @Test
  void namesEveryCallWithItsScope() throws IOException {
    Map<String, List<String>> rows =
        rows("docs/calls.md", "| call | scope | behaviour | when a server is down | source |");

    assertThat(rows).hasSize(ApiCall.catalogue().size() + 1);
    for (ApiCall call : ApiCall.catalogue()) {
      String name = call.equals(ApiCall.ROOT) ? "(root)" : call.name();
      assertThat(rows).containsKey(name);
      assertThat(rows.get(name).get(1))
          .as(name)
          .isEqualTo(call.scope().name().toLowerCase(Locale.ROOT));
      assertThat(rows.get(name)).as(name).hasSize(5);
    }
    assertThat(rows.get("(any other)").get(1))
        .isEqualTo(CallScope.PASSED.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void namesForEveryCornerCaseTestsThatExist() throws IOException {
    Map<String, List<String>> rows =
        rows("docs/corner-cases.md", "| case | behaviour | shown by |");
    NamedTests existing = new NamedTests();

    assertThat(rows).hasSizeGreaterThanOrEqualTo(64);
    rows.forEach(
        (name, cells) -> {
          assertThat(cells).as(name).hasSize(3).doesNotContain("");
          List<String> tests = tests(cells.get(2));
          if (tests.isEmpty()) {
            assertThat(cells.get(1)).as(name).startsWith("does not apply: ");
            assertThat(cells.get(2)).as(name).isEqualTo("none");
          } else {
            assertThat(cells.get(2)).as(name).isEqualTo("`" + String.join("` `", tests) + "`");
          }
          tests.forEach(existing::requireTest);
        });
  }

  @Test
  void namesForEveryFailureTestsThatExist() throws IOException {
    List<String> tests = tests(Files.readString(Path.of("..", "docs", "failures.md")));

    assertThat(tests).hasSizeGreaterThan(20);
    tests.forEach(new NamedTests()::requireTest);
  }

  @Test
  void namesForEverySecurityRuleATestThatExists() throws IOException {
    List<String> tests =
        rows("docs/security.md", "| rule | test |").values().stream()
            .map(cells -> cells.get(1))
            .toList();

    assertThat(tests).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    tests.forEach(new NamedTests()::requireTest);
  }

  /** The tests named in a text. */
  private static List<String> tests(String text) {
    return TEST_NAME.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** The rows of the table with this head, by their first cell. */
  private static Map<String, List<String>> rows(String file, String head) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..").resolve(file));
    int first = lines.indexOf(head) + 2;
    assertThat(first).as("the table's head in " + file).isGreaterThan(1);
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (String line : lines.subList(first, lines.size())) {
      if (!line.startsWith("|")) {
        break;
      }
      List<String> cells =
          Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
              .map(String::trim)
              .toList();
      rows.put(cells.get(0), cells);
    }
    return rows;
  }
}
