package io.tinyscale.bench.placement;

import java.util.List;

/** Chooses servers for new meetings, and hears what it needs for that. Not thread-safe. */
interface Chooser {

  /**
   * How long it waits from one sweep of a server to the next, in milliseconds; 0 if it asks nobody.
   *
   * @param usual what tinyscale's own policies wait
   */
  default long interval(long usual) {
    return usual;
  }

  /**
   * Chooses a server.
   *
   * @param candidates the servers that are taken to be up, in the order of the pool
   * @return the index of a server in the pool
   */
  int choose(Meeting meeting, int[] candidates);

  /** The server that was chosen has made the meeting. */
  default void made(Meeting meeting, int server) {}

  /** The server that was chosen did not make the meeting. */
  default void failed(Meeting meeting, int server) {}

  /** Somebody is sent to the server. */
  default void joined(int server) {}

  /** The server is asked for its meetings. */
  default void asked(int server) {}

  /** The server tells its meetings: always after {@link #asked}. */
  default void answered(int server, List<Running> meetings) {}

  /** The server does not answer: always after {@link #asked}. */
  default void unanswered(int server) {}

  /**
   * The one that takes over after a restart of the balancer.
   *
   * @param keepsHistory whether what was learned of earlier meetings is still there
   */
  default Chooser restarted(boolean keepsHistory) {
    return this;
  }
}
