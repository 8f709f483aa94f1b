package io.tinyscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of docs/security.md have the tests that they name, in whatever module. */
class SecurityRulesTest {

  private static final String HEAD = "| rule | test |";

  @Test
  void everyRuleHasItsTest() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/security.md"));
    List<String> tests =
        lines.subList(lines.indexOf(HEAD) + 2, lines.size()).stream()
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.substring(line.indexOf('|', 1) + 1, line.length() - 1).trim())
            .toList();

    assertThat(tests).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    assertThat(tests)
        .allSatisfy(
            test -> {
              assertThat(test).matches("[A-Za-z0-9]+\\.[A-Za-z0-9]+");
              String type = test.substring(0, test.indexOf('.'));
              String method = test.substring(test.indexOf('.') + 1);
              assertThat(sources(type))
                  .as(test)
                  .anyMatch(code -> code.contains("void " + method + "("));
            });
  }

  /** The test classes of that simple name. */
  private static List<String> sources(String type) throws IOException {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(SecurityRulesTest::files)
          .filter(file -> file.endsWith(type + ".java"))
          .map(SecurityRulesTest::text)
          .toList();
    }
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
