package io.tinyscale.placement;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The meetings of one server, as its sweeps showed them. Finds out when a meeting was made, by our
 * own clock as far as possible, and tells the history of meetings that have gone. Thread-safe.
 */
final class SweptMeetings {

  /** Many times what one server can hold. Of others, only what they cost now is to be counted. */
  static final int MOST_MEETINGS = 10_000;

  /** The beginning of an older meeting is no time of the week at which it is held. */
  private static final long LONGEST_NANOS = Duration.ofDays(7).toNanos();

  /** A meeting may be so old when it is first listed, and was still seen from its beginning. */
  private static final long LONGEST_UNSEEN = Duration.ofMinutes(5).toNanos();

  private final LoadModel model;
  private final MeetingHistory history;
  private final long settleNanos;
  private Map<MeetingId, Running> running = Map.of();
  private boolean wasTold;
  private long lastAsked;
  private boolean hasList;
  private long lastList;

  SweptMeetings(LoadModel model, MeetingHistory history, long settleNanos) {
    this.model = model;
    this.history = history;
    this.settleNanos = settleNanos;
  }

  /** One meeting of a list. */
  record Listed(MeetingId meetingId, HeldMeeting meeting) {}

  /** One meeting on the server. */
  private static final class Running {
    private final long born;
    private final long key;
    private final int minuteOfWeek;
    private final boolean isRegular;
    private final boolean isWhole;

    // A damaged list may tell less of a meeting than the list before: what was told stays true.
    private long createTime;
    private boolean isBreakout;
    private int maxUsers;
    private int sizeHint;

    private double cost;
    private double peak;
    private double expected;
    private long heard;

    Running(long born, long key, int minuteOfWeek, boolean isRegular, boolean isWhole) {
      this.born = born;
      this.key = key;
      this.minuteOfWeek = minuteOfWeek;
      this.isRegular = isRegular;
      this.isWhole = isWhole;
    }

    /** Whether the server shows the same session; a create time of 0 was not told. */
    boolean mayBe(HeldMeeting meeting) {
      return createTime == meeting.createTime() || createTime == 0 || meeting.createTime() == 0;
    }

    void hear(HeldMeeting meeting, double costNow, long asked) {
      createTime = meeting.createTime() == 0 ? createTime : meeting.createTime();
      isBreakout |= meeting.isBreakout();
      maxUsers = meeting.maxUsers() == 0 ? maxUsers : meeting.maxUsers();
      sizeHint = meeting.sizeHint() == 0 ? sizeHint : meeting.sizeHint();
      cost = meeting.users() == HeldMeeting.UNKNOWN ? cost : costNow;
      peak = Math.max(peak, cost);
      heard = asked;
    }
  }

  /** What a list showed. */
  interface Found {
    /** What all meetings of the server are expected to cost. */
    double sum();

    /** What a meeting is expected to cost; negative if the list lacked the meeting. */
    double expected(MeetingId meetingId);
  }

  /**
   * Takes a list of at most {@link #MOST_MEETINGS}.
   *
   * @param others what further meetings cost
   * @param asked when the server was asked for it, on the scale of the nano clock
   * @param time the same by the clock on the wall
   * @param complete whether these are all meetings of the server; if not, the others stay as they
   *     were, but no longer than a meeting settles
   * @return null if a list that was asked for later has come before
   */
  synchronized @Nullable Found take(
      List<Listed> list, double others, long asked, Instant time, boolean complete) {
    if (wasTold && asked - lastAsked < 0) {
      return null;
    }
    wasTold = true;
    lastAsked = asked;
    Map<MeetingId, Running> next = new HashMap<>(2 * list.size());
    double sum = others;
    for (Listed listed : list) {
      HeldMeeting meeting = listed.meeting();
      double cost = model.cost(meeting);
      if (next.containsKey(listed.meetingId())) {
        sum += cost;
        continue;
      }
      Running before = running.get(listed.meetingId());
      Running now = before != null && before.mayBe(meeting) ? before : begun(listed, asked, time);
      now.hear(meeting, cost, asked);
      now.expected = expected(now, asked - now.born);
      sum += now.expected;
      if (before != null && before != now) {
        remember(before);
      }
      next.put(listed.meetingId(), now);
    }
    sum += takeUnlisted(next, asked, complete);
    running = next;
    if (complete) {
      hasList = true;
      lastList = asked;
    }
    double all = sum;
    return new Found() {
      @Override
      public double sum() {
        return all;
      }

      @Override
      public double expected(MeetingId meetingId) {
        Running found = next.get(meetingId);
        return found == null || found.heard != asked ? -1 : found.expected;
      }
    };
  }

  /**
   * Meetings that a list lacks.
   *
   * @return what those cost that are taken to be still there
   */
  private double takeUnlisted(Map<MeetingId, Running> next, long asked, boolean complete) {
    double sum = 0;
    for (Map.Entry<MeetingId, Running> entry : running.entrySet()) {
      Running unlisted = entry.getValue();
      if (next.containsKey(entry.getKey())) {
        continue;
      }
      if (complete) {
        remember(unlisted);
      } else if (asked - unlisted.heard <= settleNanos && next.size() < MOST_MEETINGS) {
        next.put(entry.getKey(), unlisted);
        sum += unlisted.expected;
      }
    }
    return sum;
  }

  /**
   * A meeting that is listed for the first time. The clock of its server may be wrong: a meeting is
   * not made in the future, and none that the last complete list lacked is older than that list.
   */
  private Running begun(Listed listed, long asked, Instant time) {
    HeldMeeting meeting = listed.meeting();
    long ageNanos = 0;
    long ageMillis = time.toEpochMilli() - meeting.createTime();
    if (ageMillis > 0) {
      // Beyond the longest time that a meeting settles, the exact age does not matter.
      ageNanos = Math.min(ageMillis, Long.MAX_VALUE / 4_000_000) * 1_000_000;
    }
    if (hasList) {
      ageNanos = Math.min(ageNanos, Math.max(0, asked - lastList));
    }
    return new Running(
        asked - ageNanos,
        MeetingHistory.key(listed.meetingId()),
        history.minuteOfWeek(time.minusNanos(ageNanos)),
        ageNanos <= LONGEST_NANOS,
        hasList && ageNanos <= Math.max(settleNanos, LONGEST_UNSEEN));
  }

  private double expected(Running now, long ageNanos) {
    if (now.isBreakout || model.isSettled(ageNanos)) {
      return now.cost;
    }
    double known = LoadModel.known(history.expected(now.key, now.minuteOfWeek), now.sizeHint);
    return model.expected(now.cost, known, now.maxUsers, false, ageNanos);
  }

  private void remember(Running gone) {
    if (gone.isRegular && !gone.isBreakout) {
      history.remember(gone.key, gone.minuteOfWeek, gone.peak, gone.isWhole);
    }
  }
}
