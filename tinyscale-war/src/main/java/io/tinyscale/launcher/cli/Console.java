package io.tinyscale.launcher.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * What surrounds a command. Answers go to {@code out}, messages to {@code err}.
 *
 * @param clock the time, in the zone of the caller
 * @param isTerminal whether a person sits in front of it
 * @param pause waits between two questions to the admin door
 */
record Console(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Map<String, String> environment,
    Clock clock,
    boolean isTerminal,
    Pause pause) {

  private static final int USUAL_WIDTH = 80;
  private static final String RED = "\u001B[31m";
  private static final String PLAIN = "\u001B[0m";

  /** Waits. */
  @FunctionalInterface
  interface Pause {
    void of(Duration duration);
  }

  Console {
    environment = Map.copyOf(environment);
  }

  /** The console of this process. */
  static Console ofProcess(PrintStream out, PrintStream err) {
    return new Console(
        out,
        err,
        System.in,
        System.getenv(),
        Clock.systemDefaultZone(),
        isTerminalThere(),
        Console::sleep);
  }

  /** The same console with other variables. */
  Console in(Map<String, String> other) {
    return new Console(out, err, in, other, clock, isTerminal, pause);
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.UNKNOWN, "Interrupted.");
    }
  }

  /** From JDK 22 on there is a console without a terminal, too, and a method that tells. */
  private static boolean isTerminalThere() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException older) {
      return true;
    }
  }

  /** How many characters of a line are seen without scrolling. */
  int width() {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9][0-9]{1,3}")
        ? Math.max(USUAL_WIDTH, Integer.parseInt(columns))
        : USUAL_WIDTH;
  }

  /** The text in red, where colours are wanted. */
  String red(String text) {
    boolean isPlain =
        !isTerminal
            || !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    return isPlain ? text : RED + text + PLAIN;
  }

  /**
   * Writes out what was answered so far.
   *
   * @throws CommandException if any of it could not be written
   */
  void requireWritten() {
    if (out.checkError()) {
      throw new CommandException(ExitCode.UNKNOWN, "The answer could not be written.");
    }
  }

  /**
   * Asks a question whose answer is yes or no.
   *
   * @throws CommandException if there is no terminal
   */
  boolean confirms(String question) {
    if (!isTerminal) {
      throw CommandException.wrong(
          question + " There is no terminal to ask at: add --yes if you mean it.");
    }
    err.print(question + " [y/N] ");
    err.flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return answer != null && answer.strip().matches("(?i)y|yes");
    } catch (IOException e) {
      throw CommandException.wrong("The terminal cannot be read.");
    }
  }
}
