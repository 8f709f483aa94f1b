package io.tinyscale.bench.placement;

import java.util.Arrays;
import java.util.List;

/**
 * A term: every create, join, leave and end in the order of time. Each policy gets the same.
 * Immutable once built.
 */
final class Trace {

  /** The meeting is created. */
  static final int CREATE = 0;

  /** Somebody joins. */
  static final int JOIN = 1;

  /** Somebody leaves. */
  static final int LEAVE = 2;

  /** The meeting is over for all. */
  static final int END = 3;

  /** Whoever joins or leaves has the camera on. */
  static final int CAMERA = 4;

  /** Whoever joins or leaves has a microphone. */
  static final int VOICE = 8;

  /** Whoever joins or leaves is a moderator. */
  static final int MODERATOR = 16;

  private static final int WHAT = 3;
  private static final int ORDER_BITS = 28;
  private static final long RUSH = 120_000;

  private final Workload workload;
  private final long seed;
  private final List<Meeting> meetings;
  private final long[] times;
  private final int[] subjects;
  private final byte[] events;
  private final double[] peaks;
  private final long[] ends;

  Trace(Workload workload, long seed, List<Meeting> meetings, Unsorted unsorted) {
    this.workload = workload;
    this.seed = seed;
    this.meetings = List.copyOf(meetings);
    int size = unsorted.size;
    // The place in the list breaks ties, so that one order of the draws gives one trace.
    long[] keys = new long[size];
    for (int i = 0; i < size; i++) {
      keys[i] = unsorted.times[i] << ORDER_BITS | i;
    }
    Arrays.sort(keys);
    times = new long[size];
    subjects = new int[size];
    events = new byte[size];
    for (int i = 0; i < size; i++) {
      int place = (int) (keys[i] & (1L << ORDER_BITS) - 1);
      times[i] = unsorted.times[place];
      subjects[i] = unsorted.subjects[place];
      events[i] = unsorted.events[place];
    }
    peaks = new double[this.meetings.size()];
    ends = new long[this.meetings.size()];
    replay();
  }

  /** Finds the highest load and the end of each meeting. */
  private void replay() {
    Attendance[] present = new Attendance[meetings.size()];
    for (int i = 0; i < times.length; i++) {
      int subject = subjects[i];
      switch (what(i)) {
        case CREATE -> present[subject] = new Attendance();
        case END -> ends[subject] = times[i];
        default -> {
          present[subject].count(events[i]);
          peaks[subject] = Math.max(peaks[subject], present[subject].load(meetings.get(subject)));
        }
      }
    }
  }

  Workload workload() {
    return workload;
  }

  long seed() {
    return seed;
  }

  List<Meeting> meetings() {
    return meetings;
  }

  Meeting meeting(int index) {
    return meetings.get(index);
  }

  /** How many events there are. */
  int size() {
    return times.length;
  }

  long time(int event) {
    return times[event];
  }

  Meeting subject(int event) {
    return meetings.get(subjects[event]);
  }

  /** CREATE, JOIN, LEAVE or END. */
  int what(int event) {
    return events[event] & WHAT;
  }

  /** The kind of the event with the properties of the person. */
  int flags(int event) {
    return events[event];
  }

  /** The highest load of a meeting, without its breakout rooms. */
  double peak(Meeting meeting) {
    return peaks[meeting.index()];
  }

  long end(Meeting meeting) {
    return ends[meeting.index()];
  }

  /** The most creates within two minutes. */
  int rush() {
    long[] creates =
        meetings.stream()
            .filter(m -> !m.isBreakout())
            .mapToLong(Meeting::create)
            .sorted()
            .toArray();
    int most = 0;
    int first = 0;
    for (int last = 0; last < creates.length; last++) {
      while (creates[last] - creates[first] > RUSH) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /** Events in the order in which they were thought of. */
  static final class Unsorted {

    private long[] times = new long[1 << 12];
    private int[] subjects = new int[1 << 12];
    private byte[] events = new byte[1 << 12];
    private int size;

    void add(long time, int subject, int flags) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        subjects = Arrays.copyOf(subjects, 2 * size);
        events = Arrays.copyOf(events, 2 * size);
      }
      times[size] = time;
      subjects[size] = subject;
      events[size] = (byte) flags;
      size++;
    }
  }
}
