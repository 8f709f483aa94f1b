package io.tinyscale.bench.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process of ours, with its output in a file. Closing ends it and what it started. */
public final class Child implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Path log;
  private final Thread atExit = new Thread(this::kill);

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a process that sees of tinyscale's configuration only what it is given.
   *
   * @param name what its log is called
   */
  static Child start(
      String name, Path folder, List<String> command, Map<String, String> environment)
      throws IOException {
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(v -> v.startsWith("TINYSCALE_") || v.equals("PORT"));
    builder.environment().putAll(environment);
    return new Child(builder.start(), log);
  }

  /** Starts a subcommand of this program. */
  public static Child ownProgram(
      String name, Path folder, Path java, List<String> javaOptions, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", ownClassPath(), "io.tinyscale.bench.Main"));
    command.addAll(arguments);
    return start(name, folder, command, Map.of());
  }

  /** Absolute: children run in folders of their own. */
  private static String ownClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElseThrow();
  }

  /** Waits until its output has this; what the expression's first group matched. */
  public String await(String regex) throws IOException, InterruptedException {
    Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      Matcher matcher = pattern.matcher(Files.readString(log));
      if (matcher.find()) {
        return matcher.group(1);
      }
      if (!alive || System.nanoTime() - end > 0) {
        throw new IOException(
            "a process did not start: " + process.info().commandLine().orElse("") + output());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private String output() throws IOException {
    String output = Files.readString(log).strip();
    return output.isEmpty() ? "" : "\n" + output;
  }

  /** The process and all that it started. */
  public List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /** The number of the process. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  private void kill() {
    processes().forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // This JVM is stopping, and the hook is at work already.
    }
    List<ProcessHandle> started = processes();
    process.destroy();
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
