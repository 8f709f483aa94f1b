package io.tinyscale.balancer;

import io.tinyscale.meeting.KnownMeeting;
import java.util.List;

/** Where a meeting is that somebody looks for. */
public sealed interface MeetingSearch {

  /** The meeting is known. */
  record Found(KnownMeeting meeting) implements MeetingSearch {}

  /** No server has it: each that could has said so, or its last sweep proves it. */
  record Absent() implements MeetingSearch {}

  /**
   * Nobody can tell.
   *
   * @param silent the names of the servers that could have it and did not say
   */
  record Unknown(List<String> silent) implements MeetingSearch {

    /** Copies the list. */
    public Unknown {
      silent = List.copyOf(silent);
    }
  }
}
