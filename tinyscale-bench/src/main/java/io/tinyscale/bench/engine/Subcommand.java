package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A subcommand of this program in a process of its own. */
final class Subcommand {

  private Subcommand() {}

  /**
   * Starts a subcommand.
   *
   * @param name what its log is called
   */
  static ChildProcess start(
      String name, Path folder, Path java, List<String> javaOptions, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", classPath(), "io.tinyscale.bench.Main"));
    command.addAll(arguments);
    return ChildProcess.start(folder.resolve(name + ".log"), command, Map.of());
  }

  /** Absolute, because the process has another working directory. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
