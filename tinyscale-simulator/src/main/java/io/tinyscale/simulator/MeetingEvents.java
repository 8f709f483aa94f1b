package io.tinyscale.simulator;

/** Hears what happens to meetings, on the thread where it happens; must not block. */
interface MeetingEvents {
  void created(SimulatedMeeting meeting);

  void joined(SimulatedMeeting meeting, Attendee attendee);

  void ended(SimulatedMeeting meeting);

  /** Follows {@link #ended} where the meeting was recorded. */
  void recorded(SimulatedMeeting meeting, SimulatedRecording recording);
}
