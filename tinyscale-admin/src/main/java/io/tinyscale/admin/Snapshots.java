package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.meeting.KnownMeeting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/** Takes snapshots of the balancer, and keeps what they need of the past. Thread-safe. */
final class Snapshots {

  /** Split meetings that are shown. */
  private static final int MOST_SPLITS = 20;

  private static final int STEPS_A_MINUTE = 60 / History.STEP_SECONDS;

  /** A server that told its meetings so long ago has missed several sweeps. */
  private static final Duration STALE = Duration.ofMinutes(1);

  private static final int STALE_INTERVALS = 4;

  private final Balancer balancer;
  private final Tally tally;
  private final InstantSource clock;
  private final History history;
  private final Drainings drainings = new Drainings();
  private final Instant startedAt;
  private final String version;
  private final Duration staleAfter;
  private volatile boolean isPoolWritable;

  /** Only the one thread that calls {@link #step} touches it. */
  private int steps;

  Snapshots(Balancer balancer, Tally tally, InstantSource clock) {
    this.balancer = balancer;
    this.tally = tally;
    this.clock = clock;
    this.history = new History(tally);
    this.startedAt = clock.instant();
    String built = Snapshots.class.getPackage().getImplementationVersion();
    this.version = built == null ? "unknown" : built;
    Duration intervals = balancer.sweepInterval().multipliedBy(STALE_INTERVALS);
    this.staleAfter = intervals.compareTo(STALE) > 0 ? intervals : STALE;
    this.isPoolWritable = balancer.isPoolWritable();
  }

  /** Everything as it is now. */
  Snapshot now() {
    Instant time = clock.instant();
    BalancerStatus status = balancer.status();
    List<KnownMeeting> splits =
        status.splits() == 0 ? List.of() : balancer.meetings().split(MOST_SPLITS);
    if (splits.size() >= status.splits()) {
      tally.keepSplits(splits.stream().map(KnownMeeting::meetingId).toList());
    }
    tally.keepDiffering(
        status.shared().others().stream()
            .filter(other -> !other.differences().isEmpty())
            .map(other -> other.peer().id())
            .toList());
    return new Snapshot(
        time,
        status,
        tally,
        history.rates(),
        splits,
        drainings.of(status, time),
        isPoolWritable,
        startedAt,
        staleAfter);
  }

  Instant time() {
    return clock.instant();
  }

  History history() {
    return history;
  }

  Drainings drainings() {
    return drainings;
  }

  /** Writes the members of the status. */
  void writeStatus(JsonWriter json, Snapshot now) throws IOException {
    StatusJson.write(json, now, version, balancer.poolFile().toString());
  }

  /** To be called every {@link History#STEP_SECONDS}, on one thread, which it may block. */
  void step() {
    isPoolWritable = balancer.isPoolWritable();
    Snapshot now = now();
    long slowest = now.slowestMillis();
    history.add(now.time(), now.users(), now.meetings(), slowest < 0 ? null : slowest);
    steps++;
    if (steps % STEPS_A_MINUTE == 0) {
      tally.nextMinute();
      tally.keepOnly(
          now.status().servers().stream()
              .map(server -> server.status().server().name())
              .collect(Collectors.toUnmodifiableSet()));
    }
  }
}
