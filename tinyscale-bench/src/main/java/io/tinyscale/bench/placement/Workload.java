package io.tinyscale.bench.placement;

import java.util.Locale;

/**
 * What a pool has to carry.
 *
 * @param kind which timetable
 * @param servers how many servers the pool has
 * @param fill the load of a popular hour in relation to the capacity of the pool
 * @param weeks how many weeks of five days
 */
record Workload(Kind kind, int servers, double fill, int weeks) {

  /** Capacities in users, in the order of the pool; a larger pool repeats them. */
  private static final int[] CAPACITIES = {400, 250, 150, 250, 250, 400, 250, 150, 250, 150};

  private static final int[] CAPACITIES_OF_FOUR = {400, 250, 250, 150};

  /** The timetables. */
  enum Kind {
    /** Six slots of two hours with lectures, seminars and talks between two people. */
    UNIVERSITY("U"),
    /** Lessons of classes at each full hour, back to back. */
    SCHOOL("S"),
    /** The same with small groups above all: very many creates at once. */
    GROUPS("G");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  Workload {
    if (servers < 1 || weeks < 1 || !(fill > 0)) {
      throw new IllegalArgumentException(servers + " servers, " + weeks + " weeks, fill " + fill);
    }
  }

  /** How many users each server carries. */
  int[] capacities() {
    int[] pattern = servers == CAPACITIES_OF_FOUR.length ? CAPACITIES_OF_FOUR : CAPACITIES;
    int[] capacities = new int[servers];
    for (int server = 0; server < servers; server++) {
      capacities[server] = pattern[server % pattern.length];
    }
    return capacities;
  }

  /** How many users the pool carries. */
  int capacity() {
    int sum = 0;
    for (int capacity : capacities()) {
      sum += capacity;
    }
    return sum;
  }

  /** How many users the largest server carries. */
  int largest() {
    int largest = 0;
    for (int capacity : capacities()) {
      largest = Math.max(largest, capacity);
    }
    return largest;
  }

  /** Such as {@code U(10, 0.50), 10 weeks}. */
  String label() {
    return String.format(
        Locale.ROOT,
        "%s(%d, %.2f), %d %s",
        kind.label,
        servers,
        fill,
        weeks,
        weeks == 1 ? "week" : "weeks");
  }
}
