package io.tinyscale.bench.soak;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * How long a room stays closed after the death of its server: from {@code kill -9} to the first
 * create of the room that succeeds. The front end asks for the room before each create, as Moodle
 * does, and tries again at once.
 */
final class ReopenTimes {

  /** Each kill comes at another time between two sweeps. */
  private static final int SWEEPS_MILLIS = 10_000;

  private static final long PATIENCE_NANOS = 180_000_000_000L;

  private final SmallPool pool;
  private final Random random = new Random(1);

  ReopenTimes(SmallPool pool) {
    this.pool = pool;
  }

  Figure measure(int kills) {
    double[] seconds = new double[kills];
    for (int i = 0; i < kills; i++) {
      seconds[i] = once("room-" + i) / 1e9;
    }
    return figure(seconds);
  }

  static Figure figure(double... seconds) {
    double[] sorted = Arrays.stream(seconds).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Figure(
        "from kill -9 of the server of a room to the next create of the room, "
            + sorted.length
            + " times",
        String.format(
            Locale.ROOT, "median %.1f s, worst %.1f s", median, sorted[sorted.length - 1]));
  }

  private long once(String room) {
    SignedCalls calls = pool.calls();
    String query = "name=Room&meetingID=" + room;
    Reply opened = calls.get("create", query);
    if (!opened.succeeded()) {
      throw new IllegalStateException("cannot open the room: " + opened.summary());
    }
    ServerProcess holder = pool.holder(room);
    Pause.millis(random.nextInt(SWEEPS_MILLIS));
    holder.kill();
    long killed = System.nanoTime();
    Reply reply;
    do {
      calls.get("getMeetingInfo", "meetingID=" + room);
      reply = calls.get("create", query);
      if (System.nanoTime() - killed > PATIENCE_NANOS) {
        throw new IllegalStateException("the room stays closed: " + reply.summary());
      }
    } while (!reply.succeeded());
    long time = System.nanoTime() - killed;
    holder.startAgain();
    pool.awaitAllUp();
    return time;
  }
}
