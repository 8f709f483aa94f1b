package io.tinyscale.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process under test. Its output goes to files in a folder of {@code target/process-logs}, one
 * for each JVM that runs tests. They stay there for whoever has to find out why a test failed.
 * Closing kills the process.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Path LOGS =
      Path.of("target", "process-logs", Long.toString(ProcessHandle.current().pid()));
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Process process;
  private final Path out;
  private final Path err;

  private ChildProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a process whose environment has no settings of ours but the given ones.
   *
   * @param name the name of its log files
   */
  public static ChildProcess start(
      String name, Path folder, List<String> command, Map<String, String> environment) {
    try {
      Files.createDirectories(LOGS);
      String log = String.format("%03d-%s", NUMBER.incrementAndGet(), name);
      Path out = LOGS.resolve(log + ".out").toAbsolutePath();
      Path err = LOGS.resolve(log + ".err").toAbsolutePath();
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(
              variable ->
                  variable.startsWith("TINYSCALE_")
                      || variable.equals("PORT")
                      || variable.startsWith("CATALINA_"));
      builder.environment().putAll(environment);
      return new ChildProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a program of the tests in a JVM of its own, with the class path of the tests.
   *
   * @param name the name of its log files
   */
  public static ChildProcess startJava(
      String name, Path folder, List<String> jvmOptions, Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(jdk("java")));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return start(name, folder, command, Map.of());
  }

  /** A program of the JDK that runs the tests. */
  public static String jdk(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  /** The number of the process. */
  public long pid() {
    return process.pid();
  }

  public String out() {
    return read(out);
  }

  public String err() {
    return read(err);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the output matches; fails at once if the process ends before. */
  public Matcher awaitOutput(String regex) {
    Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .failFast("the process ended: " + out, () -> !process.isAlive() && !has(pattern))
        .until(() -> has(pattern));
    Matcher matcher = pattern.matcher(out() + err());
    assertThat(matcher.find()).isTrue();
    return matcher;
  }

  private boolean has(Pattern pattern) {
    return pattern.matcher(out() + err()).find();
  }

  /** A number of the process's status on Linux; empty on other systems. */
  public OptionalLong status(String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", process.pid() + "", "status"))) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    } catch (IOException noLinux) {
      return OptionalLong.empty();
    }
  }

  /** Sends a signal, such as {@code STOP} or {@code CONT}. */
  public void signal(String name) {
    try {
      Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
      assertThat(kill.waitFor()).as("kill -" + name).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Types a line, as at a terminal. */
  public void type(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the standard input of the process. */
  public void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The processes that it has started and that run. */
  public List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** Sends SIGTERM, as an operator or a service manager does. */
  public void terminate() {
    process.destroy();
  }

  /** Waits for the exit code. */
  public int awaitExit() {
    return awaitExit(PATIENCE);
  }

  /** Waits at most that long for the exit code. */
  public int awaitExit(Duration patience) {
    try {
      assertThat(process.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
          .as("the process ends by itself, see " + out)
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    awaitExit();
  }
}
