package io.tinyscale.placement;

import io.tinyscale.tenant.MeetingId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How large meetings became that have ended, by their ids and the time of the week at which they
 * began: a room may be used by several courses. An id as servers see it belongs to one tenant.
 * Thread-safe.
 *
 * <p>Keeps hashes of ids, not the ids, in arrays of numbers: {@value #MOST_IDS} ids, the longest
 * unused go first, and {@value #MOST_SESSIONS} times of the week for each.
 */
public final class MeetingHistory {

  /** Ids that are remembered. */
  static final int MOST_IDS = 20_000;

  /** Times of the week that are remembered for an id. */
  static final int MOST_SESSIONS = 8;

  static final int MINUTES_OF_A_WEEK = 7 * 24 * 60;

  /** Sessions that begin at most so many minutes apart are the same event. */
  private static final int SAME_TIME = 60;

  /** How far a remembered size moves towards a new one. */
  private static final double LEARNING = 0.6;

  /** No meeting costs more: the most users, each with all the cameras at their highest price. */
  private static final float LARGEST = 1e6f;

  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 64;

  private final ZoneId zone;
  private final int most;

  // One id is one index in all of these.
  private long[] keys = {};
  private byte[] sessions = {};
  private int[] nextInBucket = {};
  private int[] older = {};
  private int[] newer = {};

  // The sessions of an id are a row of these, the longest not renewed first.
  private short[] minutes = {};
  private float[] costs = {};

  private int[] buckets = {};
  private int size;
  private int oldest = NONE;
  private int newest = NONE;
  private long changes;

  private MeetingHistory(ZoneId zone, int most) {
    this.zone = zone;
    this.most = most;
  }

  /** An empty history that goes by the clocks on the walls of this zone. */
  public static MeetingHistory in(ZoneId zone) {
    return new MeetingHistory(zone, MOST_IDS);
  }

  /** A history that remembers nothing. */
  public static MeetingHistory none() {
    return new MeetingHistory(ZoneOffset.UTC, 0);
  }

  /** An empty history of the same kind. */
  MeetingHistory empty() {
    return new MeetingHistory(zone, most);
  }

  /** The key of a meeting: a hash of its id. */
  static long key(MeetingId meetingId) {
    try {
      byte[] id = meetingId.text().trim().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(id)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The time of the week, in minutes since Monday at 0:00 by the clocks on the walls. */
  int minuteOfWeek(Instant time) {
    LocalDateTime local = LocalDateTime.ofInstant(time, zone);
    return ((local.getDayOfWeek().getValue() - 1) * 24 + local.getHour()) * 60 + local.getMinute();
  }

  /** How many ids are remembered. */
  public synchronized int size() {
    return size;
  }

  /** A number that is another one when something else is remembered. */
  synchronized long changes() {
    return changes;
  }

  /** Takes one id with all its sessions, the longest not renewed first. */
  interface Visitor {
    void id(long key, short[] minutes, float[] costs);
  }

  /** Tells all that is remembered now, the longest unused first. */
  void forEach(Visitor visitor) {
    List<Row> rows = new ArrayList<>();
    synchronized (this) {
      for (int index = oldest; index != NONE; index = newer[index]) {
        int row = index * MOST_SESSIONS;
        rows.add(
            new Row(
                keys[index],
                Arrays.copyOfRange(minutes, row, row + sessions[index]),
                Arrays.copyOfRange(costs, row, row + sessions[index])));
      }
    }
    rows.forEach(row -> visitor.id(row.key, row.minutes, row.costs));
  }

  /** A copy of what is remembered of one id. */
  private record Row(long key, short[] minutes, float[] costs) {}

  /**
   * Remembers an id with its sessions as they are, as the one used last.
   *
   * @throws IllegalArgumentException if that is nothing that a history tells
   */
  synchronized void restore(long key, short[] minutesOfWeek, float[] sizes) {
    if (minutesOfWeek.length > MOST_SESSIONS) {
      throw new IllegalArgumentException("too many sessions");
    }
    for (int i = 0; i < minutesOfWeek.length; i++) {
      if (minutesOfWeek[i] < 0 || minutesOfWeek[i] >= MINUTES_OF_A_WEEK) {
        throw new IllegalArgumentException("no minute of a week: " + minutesOfWeek[i]);
      }
      if (!(sizes[i] > 0 && sizes[i] <= LARGEST)) {
        throw new IllegalArgumentException("no size of a meeting: " + sizes[i]);
      }
    }
    if (most == 0) {
      return;
    }
    changes++;
    int index = find(key);
    if (index == NONE) {
      index = add(key);
    }
    use(index);
    sessions[index] = 0;
    for (int i = 0; i < minutesOfWeek.length; i++) {
      append(index, minutesOfWeek[i], sizes[i]);
    }
  }

  /**
   * Remembers an id with its sessions, if nothing is known of the id and nothing must go for it.
   */
  synchronized void restoreMissing(long key, short[] minutesOfWeek, float[] sizes) {
    if (find(key) == NONE && size < most) {
      restore(key, minutesOfWeek, sizes);
    }
  }

  /**
   * How large a meeting will be that begins at this time of the week: as large as at this time
   * before, or else, if all its sessions were about equally large, as these.
   *
   * @return {@link LoadModel#UNKNOWN} if that is not known
   */
  synchronized double expected(long key, int minuteOfWeek) {
    int index = find(key);
    if (index == NONE) {
      return LoadModel.UNKNOWN;
    }
    use(index);
    int same = sessionAt(index, minuteOfWeek);
    return same == NONE ? usualSize(index) : costs[same];
  }

  private double usualSize(int index) {
    int row = index * MOST_SESSIONS;
    int count = sessions[index];
    if (count < 2) {
      return LoadModel.UNKNOWN;
    }
    float least = costs[row];
    float largest = costs[row];
    for (int i = row + 1; i < row + count; i++) {
      least = Math.min(least, costs[i]);
      largest = Math.max(largest, costs[i]);
    }
    return largest < 2 * least ? ((double) largest + least) / 2 : LoadModel.UNKNOWN;
  }

  /**
   * Remembers a session that has ended. If nobody was seen in it, it tells nothing of how many
   * come.
   *
   * @param minuteOfWeek when it began
   * @param peak what it cost at its largest
   */
  synchronized void remember(long key, int minuteOfWeek, double peak) {
    remember(key, minuteOfWeek, peak, true);
  }

  /**
   * Remembers a session that has ended.
   *
   * @param isWhole whether the session was seen from its beginning; if not, it may have been larger
   *     before, and makes nothing smaller
   */
  synchronized void remember(long key, int minuteOfWeek, double peak, boolean isWhole) {
    if (most == 0 || !(peak > 0)) {
      return;
    }
    changes++;
    int index = find(key);
    if (index == NONE) {
      index = add(key);
    }
    use(index);
    int same = sessionAt(index, minuteOfWeek);
    if (same == NONE) {
      append(index, minuteOfWeek, (float) peak);
    } else if (isWhole || peak > costs[same]) {
      int minute = minutes[same];
      float cost = (float) (costs[same] + LEARNING * (peak - costs[same]));
      forget(index, same);
      append(index, minute, cost);
    }
  }

  /** The place of the session of an id nearest to a time, if one is near enough. */
  private int sessionAt(int index, int minuteOfWeek) {
    int row = index * MOST_SESSIONS;
    int best = NONE;
    int nearest = SAME_TIME;
    for (int i = row; i < row + sessions[index]; i++) {
      int apart = Math.abs(minutes[i] - minuteOfWeek);
      int distance = Math.min(apart, MINUTES_OF_A_WEEK - apart);
      if (distance <= nearest) {
        best = i;
        nearest = distance;
      }
    }
    return best;
  }

  private void append(int index, int minute, float cost) {
    int row = index * MOST_SESSIONS;
    if (sessions[index] == MOST_SESSIONS) {
      forget(index, row);
    }
    int end = row + sessions[index]++;
    minutes[end] = (short) minute;
    costs[end] = cost;
  }

  private void forget(int index, int session) {
    int behind = index * MOST_SESSIONS + --sessions[index] - session;
    System.arraycopy(minutes, session + 1, minutes, session, behind);
    System.arraycopy(costs, session + 1, costs, session, behind);
  }

  private int find(long key) {
    if (size == 0) {
      return NONE;
    }
    int index = buckets[bucket(key)];
    while (index != NONE && keys[index] != key) {
      index = nextInBucket[index];
    }
    return index;
  }

  /** The keys are hashes: some of their bits are as good as others. */
  private int bucket(long key) {
    return (int) key & buckets.length - 1;
  }

  private int add(long key) {
    int index = size;
    if (size == most) {
      index = oldest;
      unlinkBucket(index);
      unlink(index);
    } else {
      if (size == keys.length) {
        grow();
      }
      size++;
    }
    keys[index] = key;
    sessions[index] = 0;
    nextInBucket[index] = buckets[bucket(key)];
    buckets[bucket(key)] = index;
    linkNewest(index);
    return index;
  }

  private void grow() {
    int capacity = Math.min(most, Math.max(FIRST_CAPACITY, 2 * keys.length));
    keys = Arrays.copyOf(keys, capacity);
    sessions = Arrays.copyOf(sessions, capacity);
    nextInBucket = Arrays.copyOf(nextInBucket, capacity);
    older = Arrays.copyOf(older, capacity);
    newer = Arrays.copyOf(newer, capacity);
    minutes = Arrays.copyOf(minutes, capacity * MOST_SESSIONS);
    costs = Arrays.copyOf(costs, capacity * MOST_SESSIONS);
    buckets = new int[Integer.highestOneBit(2 * capacity - 1)];
    Arrays.fill(buckets, NONE);
    for (int index = 0; index < size; index++) {
      nextInBucket[index] = buckets[bucket(keys[index])];
      buckets[bucket(keys[index])] = index;
    }
  }

  private void unlinkBucket(int index) {
    int bucket = bucket(keys[index]);
    if (buckets[bucket] == index) {
      buckets[bucket] = nextInBucket[index];
      return;
    }
    int before = buckets[bucket];
    while (nextInBucket[before] != index) {
      before = nextInBucket[before];
    }
    nextInBucket[before] = nextInBucket[index];
  }

  private void use(int index) {
    if (index != newest) {
      unlink(index);
      linkNewest(index);
    }
  }

  private void unlink(int index) {
    if (older[index] == NONE) {
      oldest = newer[index];
    } else {
      newer[older[index]] = newer[index];
    }
    if (newer[index] == NONE) {
      newest = older[index];
    } else {
      older[newer[index]] = older[index];
    }
  }

  private void linkNewest(int index) {
    older[index] = newest;
    newer[index] = NONE;
    if (newest == NONE) {
      oldest = index;
    } else {
      newer[newest] = index;
    }
    newest = index;
  }
}
