package io.tinyscale.bench.soak;

/**
 * A fault, or a change by an operator.
 *
 * @param server index of the affected server; -1 if no server is affected
 * @param at milliseconds after the start
 * @param lasts milliseconds until the act is undone
 * @param detail more about the act, if its kind needs that
 */
record Act(Kind kind, int server, long at, long lasts, String detail) {

  static final int NO_SERVER = -1;

  /** The kinds of acts, and their relative frequency. */
  enum Kind {
    /** SIGKILL; the server comes back on its port without its meetings. */
    KILL(6),
    /** SIGTERM; the server comes back on its port without its meetings. */
    RESTART(2),
    /** SIGSTOP and SIGCONT; the server keeps its meetings and the requests in its sockets. */
    STOP(6),
    /** One fault in all answers for a while; the server may seem to be silent. */
    FAULT(7),
    /** A fault in some answers. The server answers other calls, so it is not down. */
    PARTIAL_FAULT(9),
    /** The server performs creates and does not answer them. */
    LOST_ANSWERS(3),
    /** {@code "state": "cordoned"} in the pool file. */
    CORDON(2),
    /** The server gets another weight in the pool file. */
    WEIGHT(1),
    /** The server is removed from the pool file and added again. */
    REMOVE(2),
    /** A wrong pool file. */
    INVALID_FILE(1),
    /** Idle connections use up tinyscale's file descriptors. */
    SHORTAGE(0),
    /** SIGTERM and a new start of a balancer. */
    RESTART_TINYSCALE(0),
    /** SIGKILL and a new start of a balancer. */
    KILL_TINYSCALE(0),
    /** SIGSTOP and SIGCONT of one of several balancers. */
    FREEZE_TINYSCALE(0),
    /** SIGKILL of the store that the balancers share; it comes back empty. */
    KILL_STORE(0),
    /** SIGSTOP and SIGCONT of the store. */
    FREEZE_STORE(0),
    /** No balancer reaches the store. */
    CUT_STORE(0),
    /** One balancer does not reach the store; the detail of the act names the balancer. */
    CUT_FROM_STORE(0);

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

    /** Whether the server, tinyscale itself or the store does not work well meanwhile. */
    boolean isTrouble() {
      return maySilence()
          || this == PARTIAL_FAULT
          || this == LOST_ANSWERS
          || this == SHORTAGE
          || concernsStore();
    }

    /** Whether tinyscale may rightly judge the server down. */
    boolean maySilence() {
      return this == KILL || this == RESTART || this == STOP || this == FAULT;
    }

    boolean restartsTinyscale() {
      return this == RESTART_TINYSCALE || this == KILL_TINYSCALE;
    }

    /** Whether one balancer does not work meanwhile; the detail of the act names the balancer. */
    boolean concernsBalancer() {
      return restartsTinyscale() || this == FREEZE_TINYSCALE;
    }

    /** Whether balancers cannot share the store meanwhile. */
    boolean concernsStore() {
      return this == KILL_STORE
          || this == FREEZE_STORE
          || this == CUT_STORE
          || this == CUT_FROM_STORE;
    }

    boolean concernsServer() {
      return !concernsBalancer() && !concernsStore() && this != INVALID_FILE && this != SHORTAGE;
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
