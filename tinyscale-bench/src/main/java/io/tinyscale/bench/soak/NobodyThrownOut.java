package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A meeting with people in it ends only if a front end asked for that at that time. An {@code end}
 * that reaches such a meeting without a front end breaks the promise even if the server does not
 * carry it out.
 */
final class NobodyThrownOut implements Check {

  private static final String RULE = "nobody thrown out";

  /** Maximum time from the answer to a call of a front end to its arrival at a server. */
  private static final long ON_ITS_WAY = 500_000;

  /** Maximum time in which a server that goes on works off the requests in its sockets. */
  private static final long BACKLOG = 2_000_000;

  /** Servers tell in whole milliseconds when a meeting ended: the call may have come within it. */
  private static final long MILLISECOND = 1_000;

  private static final int MOST_CALLS = 6;

  @Override
  public List<Violation> violationsIn(History history) {
    List<Violation> violations = new ArrayList<>();
    for (Life life : history.lives()) {
      boolean threwOut = life.ended() && life.joined() < life.span().to();
      if (threwOut && !wasAskedFor(history, life, life.span().to())) {
        violations.add(
            violation(history, life, "people were in " + life.meetingId() + ", nobody ended it"));
      } else {
        uncalledFor(history, life)
            .ifPresent(end -> violations.add(violation(history, life, "without effect: " + end)));
      }
    }
    return violations;
  }

  /** An end without a front end that reached a meeting with people, which lived on. */
  private static Optional<ReceivedEnd> uncalledFor(History history, Life life) {
    return history.ends().stream()
        .filter(end -> end.concerns(life))
        .filter(end -> life.joined() < end.arrived() && end.arrived() < life.span().to())
        .filter(end -> !wasAskedFor(history, life, end.arrived()))
        .findFirst();
  }

  /** Whether a front end was calling end at that time, or so shortly before it. */
  private static boolean wasAskedFor(History history, Life life, long at) {
    return history.calls().stream()
        .filter(call -> call.name().equals("end") && call.meetingId().equals(life.meetingId()))
        .anyMatch(
            call ->
                earliest(history, life.server(), call.balancer(), at) <= call.ended()
                    && call.begun() < at + MILLISECOND);
  }

  /**
   * A server that was stopped goes on with the calls that it got meanwhile, given up or not, and so
   * does a balancer that was frozen, or was being started.
   */
  private static long earliest(History history, String server, String balancer, long at) {
    return Stream.concat(history.stops(server).stream(), history.outages(balancer).stream())
            .filter(stop -> stop.touches(at - BACKLOG, at))
            .mapToLong(Span::from)
            .min()
            .orElse(at)
        - ON_ITS_WAY;
  }

  private static Violation violation(History history, Life life, String what) {
    List<String> details = new ArrayList<>(List.of(life.toString()));
    details.addAll(history.around(life.server(), life.span()));
    history.ends().stream()
        .filter(end -> end.concerns(life) && life.covers(end.arrived(), end.arrived()))
        .forEach(end -> details.add(end.toString()));
    history.calls().stream()
        .filter(call -> call.name().equals("end") && call.meetingId().equals(life.meetingId()))
        .sorted(Comparator.comparingLong(Call::begun).reversed())
        .limit(MOST_CALLS)
        .forEach(call -> details.add(call.toString()));
    return new Violation(RULE, what, details);
  }
}
