package io.tinyscale.launcher;

import io.tinyscale.health.StartupException;
import io.tinyscale.simulator.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A simulated server in a process of its own, which can be killed while the demo runs. The process
 * reads a pipe from this process and ends when the pipe does, so it outlives no demo, not even a
 * killed one.
 */
final class DemoServer {

  private static final Pattern READY = Pattern.compile("ready url=(\\S+) secret=(\\S+)");
  private static final int MOST_SECONDS_TO_END = 5;

  /** The variables that a JVM takes options from. */
  private static final Set<String> JVM_OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final String name;
  private final Process process;
  private final URI api;
  private final String secret;

  private DemoServer(String name, Process process, URI api, String secret) {
    this.name = name;
    this.process = process;
    this.api = api;
    this.secret = secret;
  }

  /** Starts the process, whose server is not ready yet. */
  static Process launch(String name) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--name",
            name,
            "--webhooks",
            "--end-with-input");
    ProcessBuilder process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // Meant for this process: another collector or a debugger's port would stop the second one.
    process.environment().keySet().removeAll(JVM_OPTIONS);
    return process.start();
  }

  /**
   * Waits until the server in this process is ready.
   *
   * @throws StartupException if the process ends instead; its standard error says why
   */
  static DemoServer await(String name, Process process) {
    try {
      String line = process.inputReader(StandardCharsets.UTF_8).readLine();
      Matcher ready = READY.matcher(line == null ? "" : line);
      if (!ready.matches()) {
        throw new StartupException(
            "The simulated server "
                + name
                + " does not start. Its process writes the reason to standard error.");
      }
      return new DemoServer(name, process, URI.create(ready.group(1)), ready.group(2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server's entry in the pool file. */
  String entry() {
    return String.format(
        "{\"name\": \"%s\", \"host\": \"%s\", \"secret\": \"%s\"}", name, api, secret);
  }

  /** Name, address and process, for people. */
  String line() {
    return name + "  " + api + "  process " + pid();
  }

  /** The id of the process. */
  long pid() {
    return process.pid();
  }

  /** Ends processes that were launched, and waits for their end. */
  static void end(Collection<Process> processes) {
    processes.forEach(Process::destroy);
    try {
      for (Process process : processes) {
        if (!process.waitFor(MOST_SECONDS_TO_END, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      // They end with their pipes.
      Thread.currentThread().interrupt();
    }
  }
}
