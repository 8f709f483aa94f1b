package io.tinyscale.bench.placement;

/** How many people are in a meeting now. Not thread-safe. */
final class Attendance {

  private int users;
  private int cameras;
  private int voices;
  private int moderators;

  int users() {
    return users;
  }

  int cameras() {
    return cameras;
  }

  int voices() {
    return voices;
  }

  int moderators() {
    return moderators;
  }

  double load(Meeting meeting) {
    return meeting.load(users, cameras, moderators);
  }

  /** Counts an event of the trace: a join or a leave. */
  void count(int flags) {
    int one = (flags & Trace.LEAVE) == Trace.LEAVE ? -1 : 1;
    users += one;
    if ((flags & Trace.CAMERA) != 0) {
      cameras += one;
    }
    if ((flags & Trace.VOICE) != 0) {
      voices += one;
    }
    if ((flags & Trace.MODERATOR) != 0) {
      moderators += one;
    }
  }
}
