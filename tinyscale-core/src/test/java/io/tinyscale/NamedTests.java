package io.tinyscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The tests of all modules, for documents that name them as {@code SomeTest.doesThis}. */
final class NamedTests {

  /** The text of every test class by its simple name; two packages may have one of the same. */
  private final Map<String, String> sources = new HashMap<>();

  NamedTests() throws IOException {
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(".."), "tinyscale-*")) {
      for (Path module : modules) {
        Path tests = module.resolve("src/test/java");
        if (Files.isDirectory(tests)) {
          read(tests);
        }
      }
    }
  }

  private void read(Path tests) throws IOException {
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        sources.merge(name, Files.readString(file), String::concat);
      }
    }
  }

  /** Fails unless there is a test of that name. */
  void requireTest(String classAndMethod) {
    List<String> parts = List.of(classAndMethod.split("\\."));
    assertThat(parts).as(classAndMethod).hasSize(2);
    assertThat(sources.getOrDefault(parts.get(0), ""))
        .as(classAndMethod)
        .containsPattern("@(Parameterized)?Test\\b")
        .contains(" void " + parts.get(1) + "(");
  }
}
