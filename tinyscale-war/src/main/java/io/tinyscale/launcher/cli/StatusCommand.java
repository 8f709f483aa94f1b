package io.tinyscale.launcher.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: whether people can get into their rooms, and what is wrong. */
@Command(
    name = "status",
    description = "Say whether rooms can be opened, and what is wrong; exit with 1 if critical.")
final class StatusCommand implements CliCommand {

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** How long the door of a tinyscale that was just started may be closed. */
  private static final Duration START = Duration.ofSeconds(5);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);
  private static final String CLEAR = "\u001B[H\u001B[2J";
  private static final String CRITICAL = "critical";

  @Option(names = "--watch", description = "Print it again every 2 seconds, until interrupted.")
  boolean watch;

  @Mixin JsonOption json = new JsonOption();
  @Mixin DoorOptions door = new DoorOptions();

  @Override
  public ExitCode run(Console console) {
    AdminClient client = door.open(console);
    ExitCode code = told(console, firstReply(console, client));
    // A pipe whose reader has left is an end, too.
    while (watch && !console.out().checkError()) {
      console.pause().of(BETWEEN);
      try {
        told(console, client.get("/status"));
      } catch (CommandException lost) {
        if (lost.code() != ExitCode.UNKNOWN) {
          throw lost;
        }
        console.err().println(lost.text() + " Trying again.");
      }
    }
    return code;
  }

  @Override
  public boolean endsWithItsReader() {
    return watch;
  }

  /** Whoever has just started the service asks before the door is open. */
  private static Reply firstReply(Console console, AdminClient client) {
    Instant end = console.clock().instant().plus(START);
    while (true) {
      try {
        return client.get("/status");
      } catch (ClosedDoorException closed) {
        if (!console.clock().instant().isBefore(end)) {
          throw closed;
        }
        console.pause().of(BETWEEN_ATTEMPTS);
      }
    }
  }

  private ExitCode told(Console console, Reply reply) {
    Fields status = reply.body();
    if (json.json) {
      reply.printTo(console);
    } else {
      console.out().print((watch && console.isTerminal() ? CLEAR : "") + text(status, console));
      console.out().flush();
    }
    return isCritical(status) ? ExitCode.NO : ExitCode.DONE;
  }

  private static boolean isCritical(Fields status) {
    return status.text("verdict").equals(CRITICAL);
  }

  private static String text(Fields status, Console console) {
    Times times = new Times(console.clock());
    Fields totals = status.object("totals");
    Fields rates = status.object("rates");
    StringBuilder text = new StringBuilder();
    line(text, verdict(status, totals, console));
    List<Fields> problems = status.objects("problems");
    if (problems.isEmpty()) {
      line(text, "No problems.");
    }
    for (Fields problem : problems) {
      line(text, problem(problem, times, console));
      problem.texts("details").forEach(detail -> line(text, "  " + detail));
      if (problem.has("meeting")) {
        line(text, "  " + MeetingCommands.where(problem.object("meeting")));
      }
      String advice = advice(problem);
      if (!advice.isEmpty()) {
        line(text, "  " + advice);
      }
    }
    line(text, "");
    line(
        text,
        String.format(
            "people %d, meetings %d, calls in flight %d",
            totals.number("users", 0),
            totals.number("meetings", 0),
            totals.number("callsInFlight", 0)));
    line(
        text,
        String.format(
            "a minute: %d joins, %d new meetings, %d calls, %d failed",
            rates.number("joinsPerMinute", 0),
            rates.number("createsPerMinute", 0),
            rates.number("callsPerMinute", 0),
            rates.number("failedPerMinute", 0)));
    String balancers = new BalancersText(status.object("balancers"), times).line();
    if (!balancers.isEmpty()) {
      line(text, balancers);
    }
    line(text, foot(status, times));
    return text.toString();
  }

  private static String verdict(Fields status, Fields totals, Console console) {
    long available = totals.number("available", 0);
    String servers =
        String.format(
            "%d of %d servers take new meetings; %s, %s.",
            available,
            totals.number("servers", 0),
            ServerText.meetings(totals.number("meetings", 0)),
            ServerText.people(totals.number("users", 0)));
    if (available == 0) {
      return console.red("NO ROOM CAN BE OPENED.") + " " + servers;
    }
    return isCritical(status) ? console.red("CRITICAL.") + " " + servers : "Rooms open. " + servers;
  }

  private static String problem(Fields problem, Times times, Console console) {
    String severity = problem.text("severity");
    StringBuilder text =
        new StringBuilder(severity.equals(CRITICAL) ? console.red(severity) : severity);
    text.append(": ").append(problem.text("text"));
    problem.time("since").ifPresent(since -> text.append(" since ").append(times.clockTime(since)));
    if (problem.has("cause")) {
      text.append(" (").append(problem.text("cause")).append(')');
    }
    text.append('.');
    long meetings = problem.number("meetings", 0);
    long users = problem.number("users", 0);
    if (meetings > 0 || users > 0) {
      text.append(' ').append(ServerText.meetings(meetings)).append(", ");
      text.append(ServerText.people(users)).append('.');
    }
    return text.toString();
  }

  /** What to do, and by which command. */
  private static String advice(Fields problem) {
    String command = problem.has("command") ? "`" + problem.text("command") + "`" : "";
    return (problem.text("advice") + " " + command).strip();
  }

  private static String foot(Fields status, Times times) {
    StringBuilder text = new StringBuilder("tinyscale " + status.text("version"));
    status
        .time("startedAt")
        .ifPresent(start -> text.append(", up ").append(times.ago(Optional.of(start))));
    Optional<Instant> asOf = status.time("asOf");
    asOf.ifPresent(time -> text.append(", as of ").append(times.seconds(time)));
    Fields pool = status.object("pool");
    if (pool.has("valid") && !pool.flag("valid")) {
      text.append(", the pool file has mistakes");
    } else if (pool.has("writable") && !pool.flag("writable")) {
      text.append(", the pool file cannot be written");
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append(System.lineSeparator());
  }
}
