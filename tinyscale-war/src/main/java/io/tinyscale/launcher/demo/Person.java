package io.tinyscale.launcher.demo;

import java.time.Duration;

/**
 * Somebody of the simulated school. Times count from the start of the demo.
 *
 * @param name what the others in the room see
 * @param teaches whether this is the moderator of the room
 * @param comes when the person first comes
 * @param stays how long the person then stays, if there are pauses
 * @param pauses how long the person is away after each stay; zero for a person who never leaves
 * @param reacts how long it takes the person to come back after the connection was lost
 */
record Person(
    String name,
    boolean teaches,
    Duration comes,
    Duration stays,
    Duration pauses,
    Duration reacts) {

  /** Whether the person wants to be in the room at this time. */
  boolean attends(Duration now) {
    if (now.compareTo(comes) < 0) {
      return false;
    }
    long round = stays.plus(pauses).toMillis();
    return pauses.isZero() || now.minus(comes).toMillis() % round < stays.toMillis();
  }
}
