package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the last fifteen minutes, a point every five seconds, and the rates that follow from
 * them. Thread-safe.
 */
final class History {

  /** Between two points. */
  static final int STEP_SECONDS = 5;

  /** Points that are kept; the oldest go first. */
  static final int MOST = 180;

  private static final int STEPS_A_MINUTE = 60 / STEP_SECONDS;
  private static final int STEPS_IN_FIVE_MINUTES = 5 * STEPS_A_MINUTE;

  /** The names of the series in JSON, in the order of a point. */
  private static final String[] SERIES = {
    "users", "meetings", "joinsPerMinute", "createsPerMinute", "failedPerMinute", "slowestMillis"
  };

  /** Sums since the start at one instant. */
  private record Sums(long calls, long failed, long creates, long joins) {

    static Sums of(Tally tally) {
      return new Sums(
          tally.sum(Tally.Counted.CALLS),
          tally.sum(Tally.Counted.FAILED),
          tally.sum(Tally.Counted.CREATES),
          tally.sum(Tally.Counted.JOINS));
    }
  }

  /** What happened lately. */
  record Rates(
      long callsPerMinute,
      long createsPerMinute,
      long joinsPerMinute,
      long failedPerMinute,
      long callsLast5m,
      long failedLast5m) {}

  private final Tally tally;

  /** The oldest first; guarded by this. */
  private final Deque<Sums> sums = new ArrayDeque<>();

  /** The time of the last point; guarded by this. */
  private @Nullable Instant asOf;

  /** The oldest first; guarded by this. */
  private final Deque<@Nullable Long[]> points = new ArrayDeque<>();

  History(Tally tally) {
    this.tally = tally;
    sums.add(Sums.of(tally));
  }

  /** Adds a point. */
  synchronized void add(Instant time, long users, long meetings, @Nullable Long slowestMillis) {
    asOf = time;
    sums.addLast(Sums.of(tally));
    if (sums.size() > STEPS_IN_FIVE_MINUTES) {
      sums.removeFirst();
    }
    Rates rates = rates();
    points.addLast(
        new @Nullable Long[] {
          users,
          meetings,
          rates.joinsPerMinute(),
          rates.createsPerMinute(),
          rates.failedPerMinute(),
          slowestMillis
        });
    if (points.size() > MOST) {
      points.removeFirst();
    }
  }

  /** The sums of the last minute and of the last five. */
  synchronized Rates rates() {
    Sums now = Sums.of(tally);
    Sums minuteAgo =
        sums.stream().skip(Math.max(0, sums.size() - STEPS_A_MINUTE)).findFirst().orElse(now);
    Sums longAgo = sums.isEmpty() ? now : sums.getFirst();
    return new Rates(
        now.calls - minuteAgo.calls,
        now.creates - minuteAgo.creates,
        now.joins - minuteAgo.joins,
        now.failed - minuteAgo.failed,
        now.calls - longAgo.calls,
        now.failed - longAgo.failed);
  }

  /** Writes the members. */
  synchronized void write(JsonWriter json) throws IOException {
    json.name("stepSeconds").value(STEP_SECONDS);
    Answers.time(json.name("asOf"), asOf);
    json.name("series").beginObject();
    for (int i = 0; i < SERIES.length; i++) {
      json.name(SERIES[i]).beginArray();
      for (@Nullable Long[] point : points) {
        json.value(point[i]);
      }
      json.endArray();
    }
    json.endObject();
  }
}
