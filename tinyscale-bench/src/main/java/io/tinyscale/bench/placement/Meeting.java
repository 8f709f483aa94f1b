package io.tinyscale.bench.placement;

/**
 * One meeting of a term, whatever server gets it.
 *
 * @param index its place in the trace
 * @param kind what it is
 * @param id its meetingID
 * @param create when it is created, in milliseconds from Monday 0:00 of the first week
 * @param parent the index of the meeting that it is a breakout room of; {@link #NONE} for others
 * @param maxUsers how many its front end admits; 0 for any number
 * @param enrolled how many its front end expects
 * @param supervised whether moderators alone see the cameras
 * @param loadPerUser the load of each user; 0 if it follows from the cameras
 */
record Meeting(
    int index,
    Series.Kind kind,
    String id,
    long create,
    int parent,
    int maxUsers,
    int enrolled,
    boolean supervised,
    double loadPerUser) {

  static final int NONE = -1;

  boolean isBreakout() {
    return parent != NONE;
  }

  /** The load while so many people are there. */
  double load(int users, int cameras, int moderators) {
    return loadPerUser > 0
        ? loadPerUser * users
        : UserLoad.of(users, cameras, moderators, supervised);
  }
}
