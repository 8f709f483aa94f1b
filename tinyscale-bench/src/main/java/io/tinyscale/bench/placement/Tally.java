package io.tinyscale.bench.placement;

import java.util.Arrays;

/** Adds up what happens in one run. Not thread-safe. */
final class Tally {

  /** The widths of the classes of load in relation to capacity; the last class takes the rest. */
  private static final double WIDTH = 0.005;

  private static final int CLASSES = 1600;
  private static final long SUFFERING = Term.MINUTE;

  private final double[] usersAt = new double[CLASSES];
  private double userTime;
  private double overloadedUserTime;
  private double loadTime;
  private double excessTime;
  private long meetings;
  private long suffered;
  private double highestToday;
  private double[] dailyMaxima = new double[0];
  private double jain;
  private double jainWeight;
  private long asked;
  private long agreed;
  private double worstJoins;
  private double[] afterReturn = new double[0];
  private double[] minutesToShare = new double[0];

  void spent(long millis, int users, double load, int capacity) {
    double time = (double) millis * users;
    userTime += time;
    loadTime += load * millis;
    usersAt[(int) Math.min(CLASSES - 1, load / capacity / WIDTH)] += time;
    if (load > capacity) {
      overloadedUserTime += time;
      excessTime += (load - capacity) * millis;
    }
  }

  void reached(double fill) {
    highestToday = Math.max(highestToday, fill);
  }

  void dayIsOver() {
    if (highestToday > 0) {
      dailyMaxima = with(dailyMaxima, highestToday);
    }
    highestToday = 0;
  }

  void meetingEnded(long overloadedMillis) {
    meetings++;
    if (overloadedMillis >= SUFFERING) {
      suffered++;
    }
  }

  /** Counts the joins of one server within a minute, per 100 users of capacity. */
  void joined(double joinsPer100) {
    worstJoins = Math.max(worstJoins, joinsPer100);
  }

  /** Jain's index of the loads in relation to the capacities, weighted with the users. */
  void sample(SimulatedServer[] servers) {
    double sum = 0;
    double squares = 0;
    long users = 0;
    for (SimulatedServer server : servers) {
      double fill = server.fill();
      sum += fill;
      squares += fill * fill;
      users += server.users();
    }
    if (squares > 0) {
      jain += users * sum * sum / (servers.length * squares);
      jainWeight += users;
    }
  }

  /** Whether another balancer would have chosen the same server. */
  void compared(boolean isSame) {
    asked++;
    if (isSame) {
      agreed++;
    }
  }

  /** What became of a server that returned: its highest fill, and when it had its share. */
  void returned(double highest, double minutes) {
    afterReturn = with(afterReturn, highest);
    minutesToShare = with(minutesToShare, minutes);
  }

  Figures figures() {
    return new Figures(
        100 * overloadedUserTime / userTime,
        percentile(0.99),
        100 * excessTime / loadTime,
        Arrays.stream(dailyMaxima).max().orElse(0),
        Figures.median(dailyMaxima),
        1000.0 * suffered / Math.max(1, meetings),
        jain / jainWeight,
        worstJoins,
        asked == 0 ? 100 : 100.0 * agreed / asked,
        Arrays.stream(afterReturn).max().orElse(0),
        minutesToShare.length == 0 ? 0 : Figures.median(minutesToShare));
  }

  private double percentile(double share) {
    double left = share * userTime;
    for (int i = 0; i < CLASSES; i++) {
      left -= usersAt[i];
      if (left <= 0) {
        return (i + 1) * WIDTH;
      }
    }
    return CLASSES * WIDTH;
  }

  private static double[] with(double[] values, double next) {
    double[] more = Arrays.copyOf(values, values.length + 1);
    more[values.length] = next;
    return more;
  }
}
