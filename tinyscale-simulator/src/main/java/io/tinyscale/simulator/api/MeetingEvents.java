package io.tinyscale.simulator.api;

/** Is told what happens to meetings, on the thread where it happens. Must not block. */
public interface MeetingEvents {
  void created(SimulatedMeeting meeting);

  void joined(SimulatedMeeting meeting, Attendee attendee);

  /** The user left while the meeting went on. */
  void left(SimulatedMeeting meeting, Attendee attendee);

  void ended(SimulatedMeeting meeting);

  /** The events of the meeting were processed, which follows {@link #ended} if they were kept. */
  void analyzed(SimulatedMeeting meeting);

  /** A recording was processed and can be played. */
  void published(SimulatedRecording recording);

  /** A call of the API published, unpublished or deleted the recording. */
  void changed(SimulatedRecording recording);

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
      public void left(SimulatedMeeting meeting, Attendee attendee) {
        first.left(meeting, attendee);
        next.left(meeting, attendee);
      }

      @Override
      public void ended(SimulatedMeeting meeting) {
        first.ended(meeting);
        next.ended(meeting);
      }

      @Override
      public void analyzed(SimulatedMeeting meeting) {
        first.analyzed(meeting);
        next.analyzed(meeting);
      }

      @Override
      public void published(SimulatedRecording recording) {
        first.published(recording);
        next.published(recording);
      }

      @Override
      public void changed(SimulatedRecording recording) {
        first.changed(recording);
        next.changed(recording);
      }
    };
  }
}
