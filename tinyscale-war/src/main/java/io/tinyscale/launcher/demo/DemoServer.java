package io.tinyscale.launcher.demo;

import io.tinyscale.health.StartupException;
import io.tinyscale.simulator.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** How many people make the server full, as its pool file says. */
  private static final int WEIGHT = 100;

  /** A JVM takes a second; a machine that is busy with others may need much longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Enough to tell what went wrong; more of a process that writes without end is forgotten. */
  private static final int LONGEST_QUOTE = 2000;

  /** The variables that a JVM takes options from. */
  private static final Set<String> JVM_OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final String name;
  private final Process process;
  private final URI api;
  private final String secret;

  /** When the process ended, on the scale of {@link System#nanoTime()}. */
  private final CompletableFuture<Long> ended;

  private DemoServer(String name, Process process, URI api, String secret) {
    this.name = name;
    this.process = process;
    this.api = api;
    this.secret = secret;
    this.ended = process.onExit().thenApply(gone -> System.nanoTime());
  }

  /** Starts the process, whose server is not ready yet. */
  static Process launch(String name) throws IOException {
    return launch(name, List.of());
  }

  /** Starts another process for the same server, with the address and the secret it had. */
  Process launchAgain() throws IOException {
    return launch(name, List.of("--port", Integer.toString(api.getPort()), "--secret", secret));
  }

  private static Process launch(String name, List<String> more) throws IOException {
    List<String> command =
        new ArrayList<>(
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
                "--end-with-input"));
    command.addAll(more);
    ProcessBuilder process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // Meant for this process: another collector or a debugger's port would stop the second one.
    process.environment().keySet().removeAll(JVM_OPTIONS);
    return process.start();
  }

  /**
   * Waits until the server in this process is ready.
   *
   * @throws StartupException if the process ends instead, or is not ready within a minute; it is
   *     killed then
   */
  static DemoServer await(String name, Process process) {
    return await(name, process, PATIENCE);
  }

  /** Like the other, with another patience. */
  static DemoServer await(String name, Process process, Duration patience) {
    AtomicBoolean late = new AtomicBoolean();
    // A killed process ends its output, and so the reading.
    CompletableFuture<Void> limit =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
    limit.thenRun(
        () -> {
          late.set(true);
          process.destroyForcibly();
        });
    StringBuilder written = new StringBuilder();
    try {
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher ready = READY.matcher(line);
        if (ready.matches()) {
          return new DemoServer(name, process, URI.create(ready.group(1)), ready.group(2));
        }
        // The JVM writes its own warnings here, too.
        if (written.length() + line.length() < LONGEST_QUOTE) {
          written.append("\n  ").append(line);
        }
      }
    } catch (IOException e) {
      // The process was killed while its output was read.
      process.destroyForcibly();
    } finally {
      limit.cancel(false);
    }
    throw new StartupException(
        "The simulated server "
            + name
            + " does not start"
            + (late.get() ? " within " + patience.toSeconds() + " s" : "")
            + ". Its process writes the reason to standard error."
            + (written.isEmpty() ? "" : " It wrote to standard output:" + written));
  }

  /** The server's entry in the pool file. */
  String entry() {
    return String.format(
        "{\"name\": \"%s\", \"host\": \"%s\", \"secret\": \"%s\", \"weight\": %d}",
        name, api, secret, WEIGHT);
  }

  /** Name, address and process, for people. */
  String line() {
    return name + "  " + api + "  process " + pid();
  }

  /** The id of the process. */
  long pid() {
    return process.pid();
  }

  /** Whether an address is one of this server's. */
  boolean serves(URI address) {
    return address.getPort() == api.getPort();
  }

  /** The server's name. */
  String name() {
    return name;
  }

  /** Whether the process runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the process at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
  }

  /**
   * What is known of the process.
   *
   * @param start when the demo started, on the scale of {@link System#nanoTime()}
   */
  Life life(long start) {
    return new Life(
        name,
        pid(),
        ended.isDone()
            ? Optional.of(Duration.ofNanos(ended.getNow(start) - start))
            : Optional.empty());
  }

  /** The process, to be ended. */
  Process process() {
    return process;
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
