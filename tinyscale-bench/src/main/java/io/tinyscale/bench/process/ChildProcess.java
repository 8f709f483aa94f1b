package io.tinyscale.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process that this program started, with its output in a file. If this program ends first, the
 * process and all that it started are killed.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  private final Process process;
  private final Path log;
  private final Thread killAtExit = new Thread(this::killAll);

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(killAtExit);
  }

  /**
   * Starts a process in the folder of its log. Of tinyscale's configuration it sees only the
   * environment given here.
   *
   * @throws UncheckedIOException if the process cannot be started
   */
  public static ChildProcess start(
      Path log, List<String> command, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(log.toAbsolutePath().getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(variable -> variable.startsWith("TINYSCALE_") || variable.equals("PORT"));
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A program that has ended.
   *
   * @param output what it wrote, errors included
   */
  public record Finished(int exitCode, String output) {}

  /**
   * Runs a program to its end.
   *
   * @throws UncheckedIOException if the program cannot be started
   */
  public static Finished run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Finished(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a program ran: " + command[0], e);
    }
  }

  /** The number of the process. */
  public long pid() {
    return process.pid();
  }

  /** The process and all that it started. */
  public List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /** What the process has written so far, errors included. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the output has a match and returns it.
   *
   * @throws IllegalStateException if the process ends without a match, or a minute passes
   */
  public Matcher awaitOutput(Pattern pattern) {
    return await(
        BETWEEN_LOOKS,
        () -> {
          Matcher matcher = pattern.matcher(Files.readString(log));
          if (matcher.find()) {
            return matcher;
          }
          throw new IOException("no output like " + pattern);
        });
  }

  /** Something that fails until the process is ready for it. */
  public interface Attempt<T> {
    T get() throws IOException;
  }

  /**
   * Repeats an attempt until it succeeds and returns its result. Polling is inherent: the process
   * writes to a file and opens a port without telling us. A pipe would tell, but this program would
   * have to read it beside what it measures.
   *
   * @param pause between two attempts; the end of the process cuts it short
   * @throws IllegalStateException if the process ends before an attempt succeeds, or a minute
   *     passes; the process is killed then
   */
  public <T> T await(Duration pause, Attempt<T> attempt) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      try {
        return attempt.get();
      } catch (IOException e) {
        if (ended || System.nanoTime() - deadline > 0) {
          kill();
          throw new IllegalStateException(
              String.format(
                  "%s did not get ready: %s; its output is in %s%n%s",
                  process.info().command().orElse("a process"), e.getMessage(), log, output()),
              e);
        }
      }
      hasEnded(pause);
    }
  }

  /** Sends a signal, such as STOP or CONT. */
  public void signal(String name) {
    Finished kill = run("sh", "-c", "kill -" + name + " " + process.pid());
    if (kill.exitCode() != 0) {
      throw new IllegalStateException("kill -" + name + " " + process.pid() + ": " + kill.output());
    }
  }

  /**
   * Sends SIGTERM and returns when the process has ended.
   *
   * @throws IllegalStateException if the process does not end by itself; it is killed then
   */
  public void terminate() {
    process.destroy();
    if (!hasEnded(PATIENCE)) {
      kill();
      throw new IllegalStateException("does not end by itself: " + log);
    }
    forget();
  }

  /** Kills the process and all that it started; returns when the process has ended. */
  public void kill() {
    killAll();
    if (!hasEnded(PATIENCE)) {
      throw new IllegalStateException("outlives a kill: " + log);
    }
    forget();
  }

  /** Sends SIGTERM, and SIGKILL to all that has not ended after a while. */
  @Override
  public void close() {
    List<ProcessHandle> started = processes();
    process.destroy();
    try {
      hasEnded(GRACE);
    } finally {
      started.forEach(ProcessHandle::destroyForcibly);
      forget();
    }
  }

  private void killAll() {
    processes().forEach(ProcessHandle::destroyForcibly);
  }

  /** Waits for the end of the process, at most that long. */
  private boolean hasEnded(Duration patience) {
    try {
      return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + log, e);
    }
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(killAtExit);
    } catch (IllegalStateException e) {
      // This program is ending, and the hook has run or is about to.
    }
  }
}
