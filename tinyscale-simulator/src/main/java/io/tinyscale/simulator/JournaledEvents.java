package io.tinyscale.simulator;

/** Writes what happens to meetings into the journal, and passes it on. */
record JournaledEvents(Journal journal, MeetingEvents next) implements MeetingEvents {

  @Override
  public void created(SimulatedMeeting meeting) {
    journal.created(meeting);
    next.created(meeting);
  }

  @Override
  public void joined(SimulatedMeeting meeting, Attendee attendee) {
    journal.joined(meeting);
    next.joined(meeting, attendee);
  }

  @Override
  public void ended(SimulatedMeeting meeting) {
    journal.ended(meeting);
    next.ended(meeting);
  }

  @Override
  public void recorded(SimulatedMeeting meeting, SimulatedRecording recording) {
    next.recorded(meeting, recording);
  }
}
