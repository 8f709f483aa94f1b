package io.tinyscale.observe;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.tenant.MeetingId;

/**
 * Hears the meetings of one sweep of one server while the list is read, also those beyond the
 * number that tinyscale remembers. Called by one thread after the other; must neither block nor
 * throw.
 */
public interface SweepObserver {

  /** Hears nothing. */
  SweepObserver NONE =
      new SweepObserver() {
        @Override
        public void meeting(MeetingId meetingId, HeldMeeting meeting) {}

        @Override
        public void ended(boolean complete) {}
      };

  /** The server lists this meeting. */
  void meeting(MeetingId meetingId, HeldMeeting meeting);

  /**
   * The sweep is over; told once.
   *
   * @param complete whether the server listed all its meetings and each of them could be read; if
   *     not, a meeting that was not heard may be there all the same
   */
  void ended(boolean complete);
}
