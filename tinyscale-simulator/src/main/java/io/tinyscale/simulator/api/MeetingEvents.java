package io.tinyscale.simulator.api;

/** Is told what happens to meetings, on the thread where it happens. Must not block. */
public interface MeetingEvents {
  void created(SimulatedMeeting meeting);

  void joined(SimulatedMeeting meeting, Attendee attendee);

  void ended(SimulatedMeeting meeting);

  /** Follows {@link #ended} if the meeting was recorded. */
  void recorded(SimulatedMeeting meeting, SimulatedRecording recording);

  /** A listener that passes each event to this listener first and then to the next. */
  default MeetingEvents andThen(MeetingEvents next) {
    MeetingEvents first = this;
    return new MeetingEvents() {
      @Override
      public void created(SimulatedMeeting meeting) {
        first.created(meeting);
        next.created(meeting);
      }

      @Override
      public void joined(SimulatedMeeting meeting, Attendee attendee) {
        first.joined(meeting, attendee);
        next.joined(meeting, attendee);
      }

      @Override
      public void ended(SimulatedMeeting meeting) {
        first.ended(meeting);
        next.ended(meeting);
      }

      @Override
      public void recorded(SimulatedMeeting meeting, SimulatedRecording recording) {
        first.recorded(meeting, recording);
        next.recorded(meeting, recording);
      }
    };
  }
}
