package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What happened in a run: what the front ends saw, what the servers wrote into their journals, what
 * was done to them, and when tinyscale took one for down. Times are microseconds since 1970 on one
 * clock. Immutable.
 *
 * @param restarts when tinyscale itself was not there, or not quite
 */
record History(
    Settings settings,
    List<Call> calls,
    List<Life> lives,
    List<ReceivedCreate> creates,
    List<Trouble> troubles,
    List<Verdict> verdicts,
    List<Span> restarts) {

  /**
   * What tinyscale was told, as far as it says how soon it must do something; in microseconds.
   *
   * @param cacheTtl how old an answer may be
   * @param connect timeout of a connection
   * @param answer timeout of an answer
   * @param create timeout of an answer to create
   * @param list timeout of a list, and of the question who holds a meeting
   * @param sweeps how long a few sweeps take: in that time what a server brings back must be ended
   * @param slack what a busy machine may add to every deadline
   */
  record Settings(
      long cacheTtl, long connect, long answer, long create, long list, long sweeps, long slack) {}

  /**
   * A meeting on a server, from its making to its end or that of the server's process.
   *
   * @param joined when the first user came; {@link Span#OPEN} if nobody did
   * @param ended whether the meeting was ended; otherwise it died with its server, or lives on
   */
  record Life(
      String server, String meetingId, String internalId, Span span, long joined, boolean ended) {

    boolean covers(long start, long end) {
      return span.from() <= start && end <= span.to();
    }

    @Override
    public String toString() {
      return meetingId + " on " + server + " " + Clock.text(span) + " (" + internalId + ")";
    }
  }

  /**
   * A create that reached a server.
   *
   * @param decided when it was known how it would be answered; {@link Span#OPEN} if that never was
   * @param fault how the answer was spoilt; empty if it was not
   */
  record ReceivedCreate(String server, String meetingId, long arrived, long decided, String fault) {

    /** Faults that still tell the balancer what became of the create. */
    private static final Set<String> TELLING = Set.of("", "Delay", "WrongSecret");

    /** Whether its answer, once there, tells whether there is a meeting. */
    boolean tells() {
      return TELLING.contains(fault);
    }

    @Override
    public String toString() {
      return "create of "
          + meetingId
          + " at "
          + server
          + " "
          + Clock.text(arrived)
          + (fault.isEmpty() ? "" : ", answer spoilt by " + fault);
    }
  }

  /** Something that was done to a server. */
  record Trouble(String server, String kind, Span span) {

    @Override
    public String toString() {
      return kind + " of " + server + " " + Clock.text(span);
    }
  }

  /** A time in which tinyscale took a server for down. */
  record Verdict(String server, Span span) {}

  History {
    calls = List.copyOf(calls);
    lives = List.copyOf(lives);
    creates = List.copyOf(creates);
    troubles = List.copyOf(troubles);
    verdicts = List.copyOf(verdicts);
    restarts = List.copyOf(restarts);
  }

  Map<String, List<Life>> livesByMeeting() {
    return lives.stream().collect(Collectors.groupingBy(Life::meetingId));
  }

  /** Whether tinyscale took this server for down at some time of this stretch. */
  boolean wasDown(String server, long from, long to) {
    return verdicts.stream()
        .anyMatch(verdict -> verdict.server().equals(server) && verdict.span().touches(from, to));
  }

  boolean restarted(long from, long to) {
    return restarts.stream().anyMatch(restart -> restart.touches(from, to));
  }

  /** When something was wrong with one of these servers, or with tinyscale. */
  List<Span> unrestAt(List<String> servers) {
    List<Span> unrest = new ArrayList<>(restarts);
    troubles.stream()
        .filter(trouble -> servers.contains(trouble.server()))
        .forEach(trouble -> unrest.add(trouble.span()));
    verdicts.stream()
        .filter(verdict -> servers.contains(verdict.server()))
        .forEach(verdict -> unrest.add(verdict.span()));
    return unrest;
  }

  /** What was done to a server around a time, for whoever has to understand a violation. */
  List<String> around(String server, Span span) {
    List<String> lines = new ArrayList<>();
    Span wide = span.widened(10_000_000, 2_000_000);
    troubles.stream()
        .filter(t -> t.server().equals(server) && t.span().touches(wide.from(), wide.to()))
        .forEach(trouble -> lines.add(trouble.toString()));
    verdicts.stream()
        .filter(v -> v.server().equals(server) && v.span().touches(wide.from(), wide.to()))
        .forEach(verdict -> lines.add(server + " taken for down " + Clock.text(verdict.span())));
    return lines;
  }
}
