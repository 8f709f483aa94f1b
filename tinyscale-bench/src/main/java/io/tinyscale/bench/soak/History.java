package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The events of a run: the calls of the front ends, the journals of the servers, the faults, and
 * the times in which tinyscale judged a server down. Times are microseconds since 1970 on one
 * clock. Immutable.
 *
 * @param answers in the order of their servers' journals
 * @param verdicts of all balancers
 * @param balancers how many there were
 * @param outages when a balancer did not work
 */
record History(
    Settings settings,
    List<Call> calls,
    List<Life> lives,
    List<ReceivedCreate> creates,
    List<ReceivedEnd> ends,
    List<GivenAnswer> answers,
    List<Trouble> troubles,
    List<Verdict> verdicts,
    int balancers,
    List<Outage> outages) {

  /**
   * The time limits in tinyscale's configuration, in microseconds.
   *
   * @param cacheTtl maximum age of an answer
   * @param connect timeout of a connection
   * @param answer timeout of an answer
   * @param create timeout of an answer to create
   * @param list timeout of a list, and of the search for a meeting
   * @param sweeps duration of a few sweeps; in that time the leftovers of a server must be ended
   * @param claim how long the store that balancers share remembers where creates go
   * @param beat from one look at what the other balancers tell through the store to the next
   * @param slack time that a busy machine may add to every deadline
   */
  record Settings(
      long cacheTtl,
      long connect,
      long answer,
      long create,
      long list,
      long sweeps,
      long claim,
      long beat,
      long slack) {}

  History {
    calls = List.copyOf(calls);
    lives = List.copyOf(lives);
    creates = List.copyOf(creates);
    ends = List.copyOf(ends);
    answers = List.copyOf(answers);
    troubles = List.copyOf(troubles);
    verdicts = List.copyOf(verdicts);
    outages = List.copyOf(outages);
  }

  Map<String, List<Life>> livesByMeeting() {
    return lives.stream().collect(Collectors.groupingBy(Life::meetingId));
  }

  /** Whether balancers share the servers. */
  boolean hasSeveralBalancers() {
    return balancers > 1;
  }

  /** Whether a balancer judged this server down at some time of this span. */
  boolean wasDown(String server, long from, long to) {
    return verdicts.stream()
        .anyMatch(verdict -> verdict.server().equals(server) && verdict.span().touches(from, to));
  }

  /** Whether all balancers took a server for down at that time, by the very lines of their logs. */
  boolean wasSurelyDown(String server, long at) {
    return verdicts.stream()
            .filter(verdict -> verdict.server().equals(server))
            .filter(
                verdict ->
                    verdict.span().widened(-Verdicts.BEFORE, -Verdicts.AFTER).touches(at, at))
            .map(Verdict::balancer)
            .distinct()
            .count()
        == balancers;
  }

  /** Whether the balancers share a store. Its start is its first trouble: it holds nothing then. */
  boolean hasStore() {
    return troubles.stream().anyMatch(Trouble::isOfStore);
  }

  /**
   * Whether the store was there for all balancers during this whole span. After a trouble each
   * balancer needs a little to notice that the store is back.
   */
  boolean wasStoreWell(long from, long to) {
    return hasStore()
        && troubles.stream()
            .filter(Trouble::isOfStore)
            .map(trouble -> trouble.span().widened(0, settings.slack()))
            .noneMatch(trouble -> trouble.touches(from, to));
  }

  /**
   * Whether each balancer judged a server down at some time of this span, or was restarted and had
   * no judgement.
   */
  boolean wasGivenUpByAll(String server, long from, long to) {
    Set<String> agreed = new HashSet<>();
    verdicts.stream()
        .filter(verdict -> verdict.server().equals(server) && verdict.span().touches(from, to))
        .forEach(verdict -> agreed.add(verdict.balancer()));
    outages.stream()
        .filter(outage -> outage.isRestart() && outage.span().touches(from, to))
        .forEach(outage -> agreed.add(outage.balancer()));
    return agreed.size() == balancers;
  }

  /** Whether this server, or tinyscale, was in trouble at some time of this span. */
  boolean isInTrouble(String server, long from, long to) {
    return troubles.stream()
        .anyMatch(trouble -> trouble.concerns(server) && trouble.span().touches(from, to));
  }

  /** The times in which this server was stopped. */
  List<Span> stops(String server) {
    return troubles.stream()
        .filter(trouble -> trouble.server().equals(server) && trouble.isStop())
        .map(Trouble::span)
        .toList();
  }

  /** Whether an answer to getMeetings may lack a meeting of this server without a mark. */
  boolean mayLackMeetings(String server, Call call) {
    return troubles.stream()
        .filter(trouble -> trouble.server().equals(server))
        .filter(
            trouble ->
                trouble.kind().equals(Schedule.UNREADABLE_MEETING)
                    || trouble.kind().equals(Trouble.REMOVED))
        .anyMatch(
            trouble -> trouble.span().touches(call.begun() - settings.cacheTtl(), call.ended()));
  }

  /** Whether tinyscale had no descriptors left at some time of this span. */
  boolean wasShort(long from, long to) {
    return troubles.stream()
        .anyMatch(
            trouble ->
                trouble.server().equals(Trouble.TINYSCALE) && trouble.span().touches(from, to));
  }

  /** Whether this very balancer judged the server down at some time of this span. */
  boolean wasDownFor(String balancer, String server, long from, long to) {
    return verdicts.stream()
        .filter(verdict -> verdict.balancer().equals(balancer))
        .anyMatch(verdict -> verdict.server().equals(server) && verdict.span().touches(from, to));
  }

  /** When the balancers were being restarted. */
  List<Span> restarts() {
    return outages.stream().filter(Outage::isRestart).map(Outage::span).toList();
  }

  boolean restarted(long from, long to) {
    return restarts().stream().anyMatch(restart -> restart.touches(from, to));
  }

  /** When one balancer did not work. */
  List<Span> outages(String balancer) {
    return outages.stream()
        .filter(outage -> outage.balancer().equals(balancer))
        .map(Outage::span)
        .toList();
  }

  /** The outages of this kind of one balancer. */
  List<Span> outages(String balancer, Outage.Kind kind) {
    return outages.stream()
        .filter(outage -> outage.balancer().equals(balancer) && outage.kind() == kind)
        .map(Outage::span)
        .toList();
  }

  /** Whether a balancer did not work at some time of this span. */
  boolean wasAway(String balancer, long from, long to) {
    return outages.stream()
        .anyMatch(outage -> outage.balancer().equals(balancer) && outage.span().touches(from, to));
  }

  /**
   * When one of these servers was in trouble, or tinyscale. While one of several balancers does not
   * work, the others do its work.
   */
  List<Span> unrestAt(List<String> servers) {
    List<Span> unrest = new ArrayList<>(hasSeveralBalancers() ? List.of() : restarts());
    troubles.stream()
        .filter(trouble -> servers.stream().anyMatch(trouble::concerns))
        .forEach(trouble -> unrest.add(trouble.span()));
    verdicts.stream()
        .filter(verdict -> servers.contains(verdict.server()))
        .forEach(verdict -> unrest.add(verdict.span()));
    return unrest;
  }

  /**
   * Whether tinyscale may not have known this meeting: another balancer had made it, and tinyscale
   * could not ask the server for a while, or asked another server alone because a create of the
   * meeting had no answer there; or tinyscale was started anew while the server refused its secret.
   */
  boolean mayBeHidden(Life life) {
    boolean refusedAtAStart =
        restarts().stream()
            .filter(restart -> life.span().touches(restart.from(), restart.to()))
            .anyMatch(
                restart ->
                    troubles.stream()
                        .filter(Trouble::refusesSecret)
                        .filter(trouble -> trouble.server().equals(life.server()))
                        .anyMatch(trouble -> trouble.span().touches(restart.from(), restart.to())));
    return refusedAtAStart || life.isNeighbours() && (isInUnrest(life) || wasLostElsewhere(life));
  }

  private boolean isInUnrest(Life life) {
    return unrestAt(List.of(life.server())).stream()
        .anyMatch(
            unrest -> unrest.touches(life.span().from() - settings.sweeps(), life.span().to()));
  }

  /** While the create may still act, further creates of the meeting go to the same server. */
  private boolean wasLostElsewhere(Life life) {
    return creates.stream()
        .filter(create -> create.meetingId().equals(life.meetingId()))
        .filter(create -> !create.server().equals(life.server()) && !create.tells())
        .anyMatch(
            create ->
                life.span()
                    .touches(
                        create.arrived(),
                        create.arrived() + settings.create() + settings.sweeps()));
  }

  /** The faults of a server around a time, to explain a violation. */
  List<String> around(String server, Span span) {
    List<String> lines = new ArrayList<>();
    Span wide = span.widened(10_000_000, 2_000_000);
    troubles.stream()
        .filter(t -> t.concerns(server) || t.isOfStore())
        .filter(t -> t.span().touches(wide.from(), wide.to()))
        .forEach(trouble -> lines.add(trouble.toString()));
    verdicts.stream()
        .filter(v -> v.server().equals(server) && v.span().touches(wide.from(), wide.to()))
        .forEach(
            verdict ->
                lines.add(
                    server
                        + " taken for down by "
                        + verdict.balancer()
                        + " "
                        + Clock.text(verdict.span())));
    outages.stream()
        .filter(outage -> outage.span().touches(wide.from(), wide.to()))
        .forEach(outage -> lines.add(outage.toString()));
    return lines;
  }
}
