package io.tinyscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.config.ConfigKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables that people read say what the code does. */
class DocumentationTest {

  @Test
  void namesEveryConfigurationKeyWithItsDefaultAndMeaning() throws IOException {
    Map<String, List<String>> rows = rows("README.md", "| key | default | meaning |");

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
  void namesTestsThatExist() throws IOException {
    String table = Files.readString(Path.of("..", "docs", "failures.md"));
    List<MatchResult> named =
        Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`").matcher(table).results().toList();
    Map<String, String> sources = testSources();

    assertThat(named).hasSizeGreaterThan(20);
    for (MatchResult test : named) {
      assertThat(sources).as("the class of " + test.group()).containsKey(test.group(1) + ".java");
      assertThat(sources.get(test.group(1) + ".java")).contains("void " + test.group(2) + "(");
    }
  }

  /** The tests of all modules by the names of their files. */
  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path tests : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
              sources.put(String.valueOf(file.getFileName()), Files.readString(file));
            }
          }
        }
      }
    }
    return sources;
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
