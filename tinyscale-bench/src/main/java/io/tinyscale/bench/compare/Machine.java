package io.tinyscale.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The machine of a run, as far as figures depend on it. */
final class Machine {

  private Machine() {}

  static String description(Path java) throws IOException {
    return Runtime.getRuntime().availableProcessors()
        + " processors"
        + line(Path.of("/proc/cpuinfo"), "model name")
        + ", "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + ", Java"
        + line(release(java), "JAVA_RUNTIME_VERSION")
        + " of the engines";
  }

  private static Path release(Path java) throws IOException {
    return java.toRealPath().getParent().resolveSibling("release");
  }

  /** The value of a key in a file; empty if the file has no such key. */
  private static String line(Path file, String key) throws IOException {
    if (!Files.isReadable(file)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .findFirst()
          .map(line -> " " + line.replaceFirst("^[^:=]*[:=]\\s*", "").replace("\"", ""))
          .orElse("");
    }
  }
}
