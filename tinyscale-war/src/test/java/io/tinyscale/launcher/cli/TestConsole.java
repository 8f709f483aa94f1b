package io.tinyscale.launcher.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs commands in this process, with a clock that only a pause moves. */
final class TestConsole extends Clock {

  static final String TOKEN = "tsk_zQ7vX9mT4rLw8KfBn2HcJ5sYdE3aGpU6oRi1WxCtVqM";

  /** The program; its options are of no interest here. */
  @Command(name = "tinyscale")
  static final class Program {}

  /** What a command left behind. */
  record Result(int code, String out, String err) {}

  private final Map<String, String> environment = new HashMap<>();
  private ZoneId zone = ZoneOffset.UTC;
  private Instant now = Instant.parse("2026-11-25T20:15:02Z");
  private String typed = "";
  private boolean isTerminal;
  private boolean isFull;
  private int pausesLeft = Integer.MAX_VALUE;
  private Runnable meanwhile = () -> {};

  TestConsole(FakeDoor door) {
    environment.put("TINYSCALE_URL", door.url());
    environment.put("TINYSCALE_TOKEN", TOKEN);
  }

  TestConsole with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  TestConsole without(String variable) {
    environment.remove(variable);
    return this;
  }

  TestConsole in(ZoneId caller) {
    zone = caller;
    return this;
  }

  TestConsole at(String time) {
    now = Instant.parse(time);
    return this;
  }

  /** A person sits there. */
  TestConsole terminal() {
    isTerminal = true;
    return this;
  }

  TestConsole typing(String text) {
    typed = text;
    return this;
  }

  /** The command is interrupted after so many pauses. */
  TestConsole interruptedAfter(int pauses) {
    pausesLeft = pauses;
    return this;
  }

  /** This happens in each pause. */
  TestConsole meanwhile(Runnable event) {
    meanwhile = event;
    return this;
  }

  /** Answers cannot be written, as on a full disk. */
  TestConsole fullDisk() {
    isFull = true;
    return this;
  }

  private OutputStream answers(ByteArrayOutputStream out) {
    return !isFull
        ? out
        : new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
  }

  Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(answers(out), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            environment,
            this,
            isTerminal,
            this::pause);
    int code = Commands.run(program().parseArgs(arguments), console).orElseThrow();
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static CommandLine program() {
    return Commands.addTo(new CommandLine(new Program()));
  }

  private void pause(Duration duration) {
    if (pausesLeft-- == 0) {
      throw new CommandException(ExitCode.NO, "interrupted");
    }
    now = now.plus(duration);
    meanwhile.run();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    throw new UnsupportedOperationException();
  }
}
