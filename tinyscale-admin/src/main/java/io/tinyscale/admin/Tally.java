package io.tinyscale.admin;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Overload;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the status tells of the last minutes, and remembers what went wrong lately. It needs
 * no library, so it counts from the first call on. Thread-safe.
 */
final class Tally implements GatewayObserver {

  /** What is counted. */
  enum Counted {
    CALLS,
    FAILED,
    CREATES,
    JOINS
  }

  /** A failure after so long begins a new time of failures. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(5);

  /** Split meetings whose times are kept; the oldest go first. */
  private static final int MOST_SPLITS = 100;

  /** Something that was wrong at a time. */
  record Sign(Instant time, String text) {}

  /** A message of a drain that was sent. */
  record Told(Instant time, int told, int rooms) {}

  private final InstantSource clock;
  private final Map<Counted, LongAdder> counts = new EnumMap<>(Counted.class);
  private final Map<String, CallTimes> times = new ConcurrentHashMap<>();
  private final Map<String, Sign> lists = new ConcurrentHashMap<>();
  private final Map<String, Told> told = new ConcurrentHashMap<>();
  private volatile Instant poolChanged;
  private volatile List<String> poolMistakes = List.of();
  private volatile Instant poolRefused = Instant.EPOCH;
  private volatile @Nullable Sign bug;
  private volatile @Nullable Sign otherBalancer;
  private volatile @Nullable Sign overload;
  private volatile @Nullable Sign storeDown;

  /** Since when other balancers differ, by their ids. */
  private final Map<String, Instant> differing = new ConcurrentHashMap<>();

  /** Since when meetings are split, the oldest first; guarded by itself. */
  private final Map<MeetingId, Instant> splits = new LinkedHashMap<>();

  private final Instant begun;
  private volatile Instant lastFailed = Instant.EPOCH;
  private volatile Instant failingSince = Instant.EPOCH;

  Tally(InstantSource clock) {
    this.clock = clock;
    begun = clock.instant();
    poolChanged = begun;
    for (Counted counted : Counted.values()) {
      counts.put(counted, new LongAdder());
    }
  }

  private void count(Counted counted) {
    LongAdder adder = counts.get(counted);
    if (adder != null) {
      adder.increment();
    }
  }

  /** How many there were since the start. */
  long sum(Counted counted) {
    LongAdder adder = counts.get(counted);
    return adder == null ? 0 : adder.sum();
  }

  /** The times of the calls to a server; of none if there were none. */
  CallTimes times(String server) {
    CallTimes known = times.get(server);
    return known == null ? new CallTimes() : known;
  }

  /** A minute is over. */
  void nextMinute() {
    times.values().forEach(CallTimes::nextMinute);
  }

  /** Forgets the servers that have left the pool. */
  void keepOnly(Set<String> inPool) {
    times.keySet().retainAll(inPool);
    lists.keySet().retainAll(inPool);
    told.keySet().retainAll(inPool);
  }

  /** When the pool changed last. */
  Instant poolChangedAt() {
    return poolChanged;
  }

  /** What is wrong with the pool file; nothing if it is in use. */
  List<String> poolMistakes() {
    return poolMistakes;
  }

  /** Since when it is wrong. */
  Instant poolRefusedAt() {
    return poolRefused;
  }

  /** When calls began to fail. */
  Instant failingSince() {
    return failingSince;
  }

  /** Since when a meeting is alive on two servers; the start of the tally if that is not known. */
  Instant splitSince(MeetingId meetingId) {
    synchronized (splits) {
      return splits.getOrDefault(meetingId, begun);
    }
  }

  /** Forgets since when meetings are split that are so no more. */
  void keepSplits(Collection<MeetingId> all) {
    synchronized (splits) {
      splits.keySet().retainAll(all);
    }
  }

  /** The last mistake of tinyscale itself. */
  @Nullable Sign lastBug() {
    return bug;
  }

  /** The last sign of another balancer. */
  @Nullable Sign lastOtherBalancer() {
    return otherBalancer;
  }

  /** That calls are refused because there are too many; null if they are not. */
  @Nullable Sign overload() {
    return overload;
  }

  /** That the store that balancers share does not answer, and why; null if it does. */
  @Nullable Sign storeDown() {
    return storeDown;
  }

  /** Since when another balancer differs: since this was first asked. */
  Instant differsSince(String balancer) {
    return differing.computeIfAbsent(balancer, first -> clock.instant());
  }

  /** Forgets since when balancers differ that do so no more. */
  void keepDiffering(Collection<String> all) {
    differing.keySet().retainAll(all);
  }

  /** Since when the list of meetings of a server is damaged or unknown; null if it is complete. */
  @Nullable Sign list(String server) {
    return lists.get(server);
  }

  /** What the rooms of a server were told last; null if nothing. */
  @Nullable Told lastTold(String server) {
    return told.get(server);
  }

  @Override
  public void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {
    count(Counted.CALLS);
    if (outcome == CallOutcome.FAILED || outcome == CallOutcome.OVERLOADED) {
      count(Counted.FAILED);
      Instant now = clock.instant();
      if (now.isAfter(lastFailed.plus(FORGOTTEN))) {
        failingSince = now;
      }
      lastFailed = now;
    }
  }

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    count(Counted.CREATES);
  }

  @Override
  public void joined(Server server) {
    count(Counted.JOINS);
  }

  @Override
  public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
    CallTimes known = times.get(server.name());
    if (known == null) {
      known = times.computeIfAbsent(server.name(), first -> new CallTimes());
    }
    known.ended(outcome, nanos);
  }

  @Override
  public void poolChanged(PoolChange change) {
    poolChanged = clock.instant();
    poolMistakes = List.of();
  }

  @Override
  public void poolUnchanged() {
    poolMistakes = List.of();
  }

  @Override
  public void poolRefused(List<String> problems) {
    if (poolMistakes.isEmpty()) {
      poolRefused = clock.instant();
    }
    poolMistakes = List.copyOf(problems);
  }

  @Override
  public void drainTold(Server server, int rooms, int all) {
    told.put(server.name(), new Told(clock.instant(), rooms, all));
  }

  @Override
  public void swept(Server server, SweepOutcome outcome, Duration duration) {
    boolean isRead = outcome == SweepOutcome.COMPLETE;
    boolean isSilent = outcome == SweepOutcome.SILENT || outcome == SweepOutcome.UNASKED;
    String word = outcome == SweepOutcome.DAMAGED ? "damaged" : "unknown";
    if (isRead) {
      lists.remove(server.name());
    } else if (!isSilent) {
      lists.compute(
          server.name(),
          (name, before) ->
              before != null && before.text().equals(word)
                  ? before
                  : new Sign(clock.instant(), word));
    }
  }

  @Override
  public void meetingSplit(
      MeetingId meetingId, Server kept, int keptUsers, Server other, int otherUsers) {
    synchronized (splits) {
      splits.putIfAbsent(meetingId, clock.instant());
      if (splits.size() > MOST_SPLITS) {
        splits.remove(splits.keySet().iterator().next());
      }
    }
  }

  @Override
  public void otherBalancer(Server server, MeetingId meetingId) {
    otherBalancer = new Sign(clock.instant(), server.name());
  }

  @Override
  public void storeDown(String address, String cause) {
    storeDown = new Sign(clock.instant(), cause);
  }

  @Override
  public void storeUp(String address) {
    storeDown = null;
  }

  @Override
  public void overload(Overload now) {
    overload = now.isOver() ? null : new Sign(clock.instant(), "");
  }

  @Override
  public void poolReloadFailed(Throwable mistake) {
    bug = new Sign(clock.instant(), mistake.getClass().getSimpleName());
  }

  @Override
  public void observerFailed(Class<?> observer, Throwable mistake) {
    bug = new Sign(clock.instant(), mistake.getClass().getSimpleName());
  }

  @Override
  public void bug(ApiCall call, Throwable mistake, RequestTrace trace) {
    bug = new Sign(clock.instant(), mistake.getClass().getSimpleName());
  }
}
