package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What balancers that share nothing but their servers cannot know of each other. Every tolerance
 * that several balancers need, and one balancer does not, is here. Such a copy is made by a create
 * that could not know of the other copy. It is empty, because its create is answered from the older
 * copy, and it is ended after two looks. While one balancer alone has lost the store that they
 * share, callers may get either copy until both balancers have seen both.
 */
final class SecondCopies {

  /** Of two copies that are not farther apart, their servers may take either for the older. */
  private static final long STAMP = 5_000;

  /**
   * How many sweeps a balancer may need to learn that a meeting has ended: the sweep that is under
   * way may still have seen the meeting.
   */
  private static final int SWEEPS_TO_LEARN = 2;

  private static final int SWEEPS_OF_SETTINGS = 5;

  /** From the questions of a create to its arrival at the server that was chosen. */
  private static final long ASKED_BEFORE = 250_000;

  private final History history;
  private final Map<String, List<ReceivedCreate>> creates;
  private final Map<String, Call> calls;

  SecondCopies(History history) {
    this.history = history;
    this.creates =
        history.creates().stream().collect(Collectors.groupingBy(ReceivedCreate::meetingId));
    this.calls =
        history.calls().stream()
            .filter(call -> call.name().equals("create"))
            .collect(Collectors.toMap(Call::id, call -> call, (one, other) -> one));
  }

  /** The creates that may have made a copy. There is none if it was made without tinyscale. */
  List<ReceivedCreate> makersOf(Life life) {
    long made = life.span().from();
    return creates.getOrDefault(life.meetingId(), List.of()).stream()
        .filter(create -> create.server().equals(life.server()))
        .filter(create -> create.arrived() <= made && made <= create.decided())
        .toList();
  }

  /**
   * Whether the balancer that sent this create could not know of a copy elsewhere: another balancer
   * made the copy, and this balancer had asked before, believed its last sweep, or repeated a
   * create of its own.
   */
  boolean couldNotKnow(ReceivedCreate create, Life copy) {
    if (!history.hasSeveralBalancers() || !isOfAnotherBalancer(create, copy)) {
      return false;
    }
    return isRace(create, copy) || isOfTheLastSweep(create) || isRepeat(create);
  }

  private boolean isOfAnotherBalancer(ReceivedCreate create, Life copy) {
    return isOfAnotherBalancer(create.balancer(), copy);
  }

  private boolean isOfAnotherBalancer(String balancer, Life copy) {
    List<ReceivedCreate> makers = makersOf(copy);
    return makers.isEmpty()
        || makers.stream().anyMatch(maker -> !maker.balancer().equals(balancer));
  }

  /** Two balancers ask all servers at the same time, and none has the meeting yet. */
  private boolean isRace(ReceivedCreate create, Life copy) {
    Call call = calls.get(create.requestId());
    return call != null && call.begun() <= copy.span().from() + STAMP;
  }

  /**
   * The create goes to the server that had the meeting, without a question. The meeting ended there
   * through another balancer, or with its server, and this balancer has not swept the server since.
   */
  private boolean isOfTheLastSweep(ReceivedCreate create) {
    List<Span> unswept = unswept(create.server(), create.balancer());
    return history.lives().stream()
        .filter(life -> life.meetingId().equals(create.meetingId()))
        .filter(life -> life.server().equals(create.server()))
        .map(life -> life.span().to())
        .filter(end -> end <= create.arrived())
        .anyMatch(end -> new Span(end, create.arrived()).longestGap(unswept) <= toLearn());
  }

  /**
   * The create goes to the server where an earlier one of the same balancer had no answer and may
   * still act, as a single balancer does it.
   */
  private boolean isRepeat(ReceivedCreate create) {
    return creates.getOrDefault(create.meetingId(), List.of()).stream()
        .filter(earlier -> earlier.server().equals(create.server()))
        .filter(earlier -> !earlier.tells() && !create.isOfAnother(earlier))
        // A balancer waits that long, and then the create may still take effect for that long.
        .anyMatch(
            earlier ->
                earlier.arrived() < create.arrived()
                    && create.arrived() - earlier.arrived() <= 2 * history.settings().create());
  }

  /** When a balancer could not sweep a server. */
  private List<Span> unswept(String server, String balancer) {
    List<Span> unswept = new ArrayList<>(history.unrestAt(List.of(server)));
    unswept.addAll(history.outages(balancer, Outage.Kind.FREEZE));
    return unswept;
  }

  private long toLearn() {
    return history.settings().sweeps() * SWEEPS_TO_LEARN / SWEEPS_OF_SETTINGS;
  }

  /**
   * Whether the balancer that sent this create had never seen the copy, and could not see it:
   * another balancer made the copy since the last sweep of its server, and the server cannot tell
   * what it holds. The last sweep counts then, or no room could be opened until somebody mends the
   * server.
   */
  boolean isUnseen(ReceivedCreate create, Life copy) {
    if (!history.hasSeveralBalancers() || !isOfAnotherBalancer(create, copy)) {
      return false;
    }
    List<Span> unswept = unswept(copy.server(), create.balancer());
    unswept.addAll(history.outages(create.balancer(), Outage.Kind.RESTART));
    long from = copy.span().from();
    return history.isInTrouble(copy.server(), create.arrived() - ASKED_BEFORE, create.arrived())
        && new Span(from, create.arrived()).longestGap(unswept) <= toLearn();
  }

  /** Whether a copy was made by a create whose balancer could not see the other copy. */
  boolean isMadeUnseen(Life copy, Life other) {
    return makersOf(copy).stream().anyMatch(maker -> isUnseen(maker, other));
  }

  /**
   * Whether a call may rest on the last sweep of a server, before another balancer made this copy
   * there. It may for two sweeps while the server cannot tell what it holds.
   */
  boolean mayBeUnseen(Call call, Life copy) {
    return history.hasSeveralBalancers()
        && isOfAnotherBalancer(call.balancer(), copy)
        && call.begun() - copy.span().from() <= toLearn()
        && history.isInTrouble(copy.server(), call.begun(), call.ended());
  }

  /** Whether nothing but a store could have told a balancer of a create of another balancer. */
  boolean isUnknown(ReceivedCreate earlier, ReceivedCreate create) {
    return history.hasSeveralBalancers() && create.isOfAnother(earlier);
  }

  /** Whether one of these two copies was made by a create that could not know of the other. */
  boolean areOfTwoBalancers(Life one, Life other) {
    return isSecond(one, other) || isSecond(other, one);
  }

  /**
   * Whether calls could go to either of two copies when somebody entered the second of them. A
   * balancer that had lost the store made one copy by itself. For the other copy the store had
   * decided, so nobody looked for a rival. The balancers learn of both with their next sweeps.
   */
  boolean mayLeadToEither(Life one, Life other) {
    List<ReceivedCreate> makers =
        Stream.of(one, other).map(this::makersOf).flatMap(List::stream).toList();
    List<Span> unlearned = new ArrayList<>(history.unrestAt(List.of(one.server(), other.server())));
    makers.stream()
        .map(ReceivedCreate::balancer)
        .distinct()
        .forEach(maker -> unlearned.addAll(history.outages(maker, Outage.Kind.FREEZE)));
    Span unknown =
        new Span(
            Math.max(one.span().from(), other.span().from()),
            Math.max(one.joined(), other.joined()));
    return makers.stream().anyMatch(this::wasWithoutStore)
        && unknown.longestGap(unlearned) <= toLearn();
  }

  /** Whether a balancer had lost the store that the balancers share when a create was decided. */
  private boolean wasWithoutStore(ReceivedCreate create) {
    return history.hasStore()
        && !history.wasStoreWell(create.arrived() - ASKED_BEFORE, create.arrived());
  }

  /** Whether a copy was made by a create that could not know of the older copy. */
  private boolean isSecond(Life copy, Life older) {
    return older.stamp() <= copy.stamp() + STAMP
        && makersOf(copy).stream().anyMatch(maker -> couldNotKnow(maker, older));
  }

  /** How long the second copies lived beside the first ones, each in microseconds. */
  List<Long> lasted() {
    List<Long> lasted = new ArrayList<>();
    for (List<Life> lives : history.livesByMeeting().values()) {
      for (Life copy : lives) {
        lives.stream()
            .filter(older -> older.stamp() < copy.stamp())
            .filter(older -> older.span().touches(copy.span().from(), copy.span().to()))
            .filter(older -> !older.server().equals(copy.server()) && isSecond(copy, older))
            .mapToLong(older -> lastedTogether(older, copy))
            .max()
            .ifPresent(lasted::add);
      }
    }
    return lasted;
  }

  private static long lastedTogether(Life one, Life other) {
    return Math.min(one.span().to(), other.span().to())
        - Math.max(one.span().from(), other.span().from());
  }

  /**
   * Whether calls go to the other, older copy of these two. When that copy ends, the balancers may
   * need some sweeps to find this one.
   */
  boolean isYielded(Life life, Life other, long by) {
    return history.hasSeveralBalancers()
        && other.span().from() <= by
        && other.span().to() >= by - history.settings().sweeps()
        && isSecond(life, other);
  }
}
