package io.tinyscale.launcher.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Waits for a server that is drained, and tells how far it is. Not thread-safe. */
final class DrainWait {

  /** How long what follows may take once the server is empty. */
  private static final Duration FOLLOWING = Patience.MOST;

  /** Meetings come to an end all the time; this often is enough to read. */
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  /** The API tells the time of a sweep in whole seconds. */
  private static final Duration ROUNDING = Duration.ofSeconds(1);

  private final AdminClient client;
  private final Console console;
  private final Times times;
  private final String name;
  private final String then;
  private final String prefix;
  private final Instant begun;
  private final boolean ends;
  private final int meetingsWidth;
  private final int usersWidth;
  private final Patience patience;

  private long toldMeetings;
  private Instant lastLine;

  /** Since when the server is known to be empty. */
  private @Nullable Instant emptySince;

  /** The end of meetings that was told last. */
  private String toldEnd = "";

  private boolean isEndTold;

  /**
   * Waits for a server.
   *
   * @param then what it becomes when it is empty
   * @param isNamed whether each line names the server
   * @param first what it was when the drain began
   */
  DrainWait(AdminClient client, Console console, String then, boolean isNamed, ServerText first) {
    this.client = client;
    this.console = console;
    this.times = new Times(console.clock());
    this.name = first.server().raw("name");
    this.then = then;
    this.prefix = isNamed ? first.name() + "  " : "";
    this.begun = first.server().object("drain").time("since").orElse(console.clock().instant());
    this.ends = first.server().object("drain").flag("end");
    this.meetingsWidth = Long.toString(first.meetings()).length();
    this.usersWidth = Long.toString(first.users()).length();
    this.toldMeetings = first.meetings();
    this.lastLine = Instant.MIN;
    this.patience = new Patience(console.clock());
  }

  /** Looks once; empty if the wait goes on. */
  Optional<ExitCode> look() {
    try {
      Fields server = client.get(AdminClient.server(name, "")).body();
      patience.answered();
      return judged(new ServerText(server, times));
    } catch (CommandException e) {
      if (e instanceof ProblemException problem && problem.is(ProblemType.SERVER_UNKNOWN)) {
        return gone();
      }
      patience.bear(e);
      return Optional.empty();
    }
  }

  private Optional<ExitCode> judged(ServerText server) {
    if (server.state().equals("enabled")) {
      console.err().println(server.name() + ": gets new meetings again; the drain was given up.");
      return Optional.of(ExitCode.NO);
    }
    boolean isSwept = isSweptAfter(server, begun);
    // The sweep that ended the drain may look a little older, and be the last one.
    boolean isJudged =
        isSwept || !server.server().has("drain") && isSweptAfter(server, begun.minus(ROUNDING));
    if (isJudged && server.load().number("meetings", -1) == 0) {
      return empty(server);
    }
    emptySince = null;
    if (isDisabled(server)) {
      return disabled(server);
    }
    Fields drain = server.server().object("drain");
    boolean isOver =
        drain.time("deadline").filter(end -> !console.clock().instant().isBefore(end)).isPresent();
    if (isOver) {
      return drain.flag("end") ? ending(server) : overdue(server);
    }
    if (isSwept) {
      progress(server);
    }
    return Optional.empty();
  }

  private static boolean isSweptAfter(ServerText server, Instant time) {
    return server.load().time("asOf").filter(sweep -> sweep.isAfter(time)).isPresent();
  }

  private static boolean isDisabled(ServerText server) {
    return server.state().equals("disabled");
  }

  /** Somebody else disabled it; it is not asked for its meetings any more. */
  private Optional<ExitCode> disabled(ServerText server) {
    String left =
        server
            .load()
            .number("meetings")
            .map(count -> ServerText.meetings(count) + "; the drain was given up.")
            // After a restart nobody knows whether it was empty.
            .orElse("an unknown number of meetings.");
    console.err().println(server.name() + ": disabled with " + left);
    return Optional.of(ExitCode.NO);
  }

  private Optional<ExitCode> gone() {
    try {
      tellEnd();
    } catch (CommandException e) {
      // That the server is gone is what was waited for.
    }
    boolean isMeant = then.equals("removed");
    (isMeant ? console.out() : console.err())
        .println(
            Fields.printable(name)
                + (isMeant ? ": empty, and removed from the pool." : ": removed from the pool."));
    return Optional.of(isMeant ? ExitCode.DONE : ExitCode.NO);
  }

  /**
   * The last sweep found no meeting. As long as there is the drain, a meeting may be on its way:
   * the sweep may have begun before the drain, because it is told in whole seconds.
   */
  private Optional<ExitCode> empty(ServerText server) {
    boolean isDisabled = isDisabled(server);
    boolean isAsWanted = then.equals("cordoned") || then.equals("disabled") && isDisabled;
    boolean isOver = !server.server().has("drain");
    if (!(isAsWanted && isOver) && isFollowing()) {
      return Optional.empty();
    }
    tellEnd();
    if (!isAsWanted) {
      return unfinished(server, isOver);
    }
    console
        .out()
        .printf(
            "%s: empty. It %s; `tinyscale enable %s` brings it back.%n",
            server.name(), isDisabled ? "is disabled" : "stays cordoned", server.name());
    return Optional.of(ExitCode.DONE);
  }

  /** Whether tinyscale may still be writing what follows. */
  private boolean isFollowing() {
    Instant now = console.clock().instant();
    if (emptySince == null) {
      emptySince = now;
    }
    return now.isBefore(emptySince.plus(FOLLOWING));
  }

  /** tinyscale cannot write what follows, or is not to any more. */
  private Optional<ExitCode> unfinished(ServerText server, boolean isOver) {
    console
        .err()
        .println(
            server.name()
                + ": empty, but not "
                + then
                + (isOver
                    ? ": the drain was given up."
                    : ": `tinyscale events` says why (server.drain-unfinished)."));
    return Optional.of(ExitCode.NO);
  }

  private void progress(ServerText server) {
    Instant now = console.clock().instant();
    boolean isTime = lastLine.equals(Instant.MIN) || !now.isBefore(lastLine.plus(BETWEEN_LINES));
    if (server.meetings() == toldMeetings || !isTime) {
      return;
    }
    toldMeetings = server.meetings();
    lastLine = now;
    line(
        aligned(server.meetings(), meetingsWidth)
            + (server.meetings() == 1 ? " meeting, " : " meetings, ")
            + aligned(server.users(), usersWidth)
            + (server.users() == 1 ? " person" : " people"));
  }

  private Optional<ExitCode> overdue(ServerText server) {
    line("deadline: " + server.crowd() + " are left");
    return Optional.of(ExitCode.NO);
  }

  private Optional<ExitCode> ending(ServerText server) {
    if (tellEnd() == 0) {
      return Optional.empty();
    }
    console.err().println(server.name() + ": " + server.crowd() + " are left.");
    return Optional.of(ExitCode.NO);
  }

  /**
   * Tells once how the meetings were ended that were left at the deadline, if any were. A server
   * that could not tell its meetings is asked again by tinyscale: then that is told, too.
   *
   * @return how many could not be ended, as far as that is told now
   */
  private long tellEnd() {
    if (isEndTold || !ends) {
      return 0;
    }
    Optional<Fields> operation =
        client.get("/operations").body().objects("operations").stream()
            .filter(each -> each.raw("server").equals(name))
            .filter(each -> each.raw("kind").equals("end-meetings"))
            .filter(
                each -> each.time("startedAt").filter(start -> start.isAfter(begun)).isPresent())
            .filter(each -> !EndCommands.isRunning(each))
            .findFirst();
    if (operation.isEmpty() || operation.get().raw("id").equals(toldEnd)) {
      return 0;
    }
    Fields ended = operation.get();
    toldEnd = ended.raw("id");
    isEndTold = EndCommands.isComplete(ended);
    line(
        "deadline: ending "
            + ServerText.meetings(ended.number("total", 0))
            + " ... "
            + EndCommands.result(ended));
    return ended.number("failed", 0);
  }

  private void line(String text) {
    console.out().println(times.now() + "  " + prefix + text);
  }

  private static String aligned(long number, int width) {
    return String.format("%" + Math.max(1, width) + "d", number);
  }
}
