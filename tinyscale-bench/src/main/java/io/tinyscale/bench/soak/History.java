package io.tinyscale.bench.soak;

import java.util.ArrayList;
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
   * @param slack time that a busy machine may add to every deadline
   */
  record Settings(
      long cacheTtl, long connect, long answer, long create, long list, long sweeps, long slack) {}

  /**
   * A meeting on a server, from its creation to its end or to the end of the server's process.
   *
   * @param joined when the first user joined; {@link Span#OPEN} if nobody joined
   * @param ended whether the meeting was ended; otherwise it died with its server or still lives
   */
  record Life(
      String server, String meetingId, String internalId, Span span, long joined, boolean ended) {

    boolean covers(long start, long end) {
      return span.from() <= start && end <= span.to();
    }

    /** Whether another balancer may have made it. */
    boolean isNeighbours() {
      return meetingId.startsWith(FrontEnd.NEIGHBOUR);
    }

    @Override
    public String toString() {
      return meetingId + " on " + server + " " + Clock.text(span) + " (" + internalId + ")";
    }
  }

  /**
   * A create that reached a server.
   *
   * @param requestId the id of the attempt that it was sent for; empty if it is not known
   * @param decided when the server decided the answer; {@link Span#OPEN} if it never did
   * @param fault the fault of the answer; empty if there was none
   */
  record ReceivedCreate(
      String server, String meetingId, String requestId, long arrived, long decided, String fault) {

    /**
     * Faults that still tell the balancer the result of the create. A create that was answered with
     * an error of the server is over.
     */
    private static final Set<String> TELLING = Set.of("", "Delay", "WrongSecret", "ServerError");

    /** The balancer that sent it; empty if it is not known. */
    String balancer() {
      return balancerOf(requestId);
    }

    /** Whether another balancer sent it than that other create. */
    boolean isOfAnother(ReceivedCreate other) {
      return !balancer().equals(other.balancer());
    }

    /** Whether its answer tells if the meeting was created. */
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
          + (requestId.isEmpty() ? "" : ", sent for " + requestId)
          + (fault.isEmpty() ? "" : ", answer spoilt by " + fault);
    }
  }

  /**
   * A call to end a meeting that reached a server.
   *
   * @param id the external or the internal id of the meeting
   */
  record ReceivedEnd(String server, String id, long arrived) {

    boolean concerns(Life life) {
      return server.equals(life.server())
          && (id.equals(life.meetingId()) || id.equals(life.internalId()));
    }

    @Override
    public String toString() {
      return "end of " + id + " at " + server + " " + Clock.text(arrived);
    }
  }

  /**
   * An answer that a server gave at once, and that nobody can take for silence.
   *
   * @param requestId the id of the attempt that it was given for; empty if it is not known
   * @param arrived when the request arrived
   */
  record GivenAnswer(String server, String call, String requestId, long arrived, long given) {

    /** The balancer that asked; empty if it is not known. */
    String balancer() {
      return balancerOf(requestId);
    }

    @Override
    public String toString() {
      return server + " answered " + call + " " + Clock.text(given);
    }
  }

  /**
   * A fault of a server, or of tinyscale itself.
   *
   * @param maySilence whether the server may not answer at all
   */
  record Trouble(String server, String kind, boolean maySilence, Span span) {

    /** The name of tinyscale itself in the place of a server. */
    static final String TINYSCALE = "tinyscale";

    /** The server was taken out of the pool file while it was down. */
    static final String REMOVED = "removal while it was down";

    private static final String STOP = "stop";

    private static final String REFUSED_SECRET = "wrong-secret";

    /** Whether the server was stopped, and went on later with the requests in its sockets. */
    boolean isStop() {
      return kind.equals(STOP);
    }

    /** Whether the server refused tinyscale's secret. */
    boolean refusesSecret() {
      return kind.equals(REFUSED_SECRET);
    }

    boolean concerns(String name) {
      return server.equals(name) || server.equals(TINYSCALE);
    }

    @Override
    public String toString() {
      return kind + " of " + server + " " + Clock.text(span);
    }
  }

  /** A time in which a balancer judged a server down. */
  record Verdict(String balancer, String server, Span span) {}

  private static String balancerOf(String requestId) {
    int end = requestId.indexOf('-');
    return end < 0 ? "" : requestId.substring(0, end);
  }

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
        .filter(t -> t.concerns(server) && t.span().touches(wide.from(), wide.to()))
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
