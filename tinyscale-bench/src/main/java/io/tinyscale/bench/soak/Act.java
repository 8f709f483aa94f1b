package io.tinyscale.bench.soak;

/**
 * One thing that goes wrong, or that an operator does.
 *
 * @param server index of the server it happens to; -1 if it is none
 * @param at milliseconds after the beginning
 * @param lasts milliseconds until it is undone
 * @param detail what exactly, where the kind leaves that open
 */
record Act(Kind kind, int server, long at, long lasts, String detail) {

  static final int NO_SERVER = -1;

  /** What may happen, and how often in proportion. */
  enum Kind {
    /** SIGKILL; the server comes back on its port without its meetings. */
    KILL(6),
    /** SIGTERM; the same in good order. */
    RESTART(2),
    /** SIGSTOP and SIGCONT: it keeps its meetings, and what waits in its sockets. */
    STOP(6),
    /** Answers spoilt in one way for a while. */
    FAULT(8),
    /** Creates that are carried out, but not answered. */
    LOST_ANSWERS(3),
    /** {@code "state": "cordoned"} in the pool file. */
    CORDON(2),
    /** Another weight in the pool file. */
    WEIGHT(1),
    /** Out of the pool file and in again. */
    REMOVE(2),
    /** A pool file that is wrong. */
    INVALID_FILE(1),
    /** SIGTERM and a new start of tinyscale. */
    RESTART_TINYSCALE(0),
    /** SIGKILL and a new start of tinyscale. */
    KILL_TINYSCALE(0);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    int weight() {
      return weight;
    }

    boolean changesPoolFile() {
      return this == CORDON || this == WEIGHT || this == REMOVE || this == INVALID_FILE;
    }

    /** Whether the server does not do its work meanwhile. */
    boolean isTrouble() {
      return this == KILL
          || this == RESTART
          || this == STOP
          || this == FAULT
          || this == LOST_ANSWERS;
    }

    boolean concernsTinyscale() {
      return this == RESTART_TINYSCALE || this == KILL_TINYSCALE;
    }
  }

  long end() {
    return at + lasts;
  }

  @Override
  public String toString() {
    return String.format(
        "%6d ms %s%s%s for %d ms",
        at,
        kind,
        server < 0 ? "" : " bbb" + (server + 1),
        detail.isEmpty() ? "" : " " + detail,
        lasts);
  }
}
