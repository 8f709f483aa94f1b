package io.tinyscale.bench.placement;

import org.jspecify.annotations.Nullable;

/**
 * A meeting that recurs each week.
 *
 * @param kind what it is
 * @param day 0 for Monday
 * @param minute when it starts, in minutes of the day
 * @param minutes how long it takes
 * @param size how many people belong to it
 * @param cameras how many of them show themselves
 * @param maxUsers how many its front end admits; 0 for any number
 * @param endsInExams whether exams take its place at the end of the term
 * @param id its meetingID each week; null if each week has its own
 */
record Series(
    Kind kind,
    int day,
    int minute,
    int minutes,
    int size,
    Cameras cameras,
    int maxUsers,
    boolean endsInExams,
    @Nullable String id) {

  /** What meetings are. */
  enum Kind {
    LECTURE,
    /** A seminar, a lesson or a group. */
    SEMINAR,
    TALK,
    AD_HOC,
    BREAKOUT
  }

  /** How much load the meeting is when everybody is there. */
  double load() {
    return UserLoad.of(size, cameras.of(size), 1, false);
  }

  Series withId(@Nullable String other) {
    return new Series(kind, day, minute, minutes, size, cameras, maxUsers, endsInExams, other);
  }
}
