package io.tinyscale.it;

import io.tinyscale.process.ChildProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code java -jar tinyscale.war}. */
final class ExecutableWar {

  /** For processes that live for seconds, so that optimising their code does not pay. */
  static final List<String> QUICK_JVM = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private ExecutableWar() {}

  static Path file() {
    return Path.of(System.getProperty("it.war", "target/tinyscale.war")).toAbsolutePath();
  }

  static ChildProcess start(
      String name, Path folder, Map<String, String> environment, String... arguments) {
    return start(name, folder, QUICK_JVM, environment, arguments);
  }

  static ChildProcess start(
      String name,
      Path folder,
      List<String> jvmOptions,
      Map<String, String> environment,
      String... arguments) {
    List<String> command = new ArrayList<>(List.of(ChildProcess.jdk("java")));
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", file().toString()));
    command.addAll(List.of(arguments));
    return ChildProcess.start(name, folder, command, environment);
  }

  /** The API of a process that was started, once it says it is ready. */
  static URI awaitReady(ChildProcess process) {
    // A line of the log may come between the two.
    String ready = "(?s)^tinyscale \\S+ ready: (\\S+)$.*^ready: ";
    return URI.create(process.awaitOutput(ready).group(1));
  }
}
