package io.tinyscale.simulator.api;

/**
 * Tells front ends what happened. On a real server these are three programs that do not wait for
 * each other: bbb-web, the recording scripts and, if it is installed, bbb-webhooks.
 */
final class Callbacks implements MeetingEvents, AutoCloseable {
  private final EndCallbacks endCallbacks;
  private final RecordingScripts scripts;
  private final Webhooks webhooks;

  Callbacks(EndCallbacks endCallbacks, RecordingScripts scripts, Webhooks webhooks) {
    this.endCallbacks = endCallbacks;
    this.scripts = scripts;
    this.webhooks = webhooks;
  }

  @Override
  public void created(SimulatedMeeting meeting) {
    webhooks.tell(() -> HookEvent.meetingCreated(meeting));
  }

  @Override
  public void joined(SimulatedMeeting meeting, Attendee attendee) {
    webhooks.tell(() -> HookEvent.userJoined(meeting, attendee));
  }

  @Override
  public void left(SimulatedMeeting meeting, Attendee attendee) {
    webhooks.tell(() -> HookEvent.userLeft(meeting, attendee));
  }

  @Override
  public void ended(SimulatedMeeting meeting) {
    webhooks.tell(() -> HookEvent.meetingEnded(meeting));
    endCallbacks.ended(meeting);
  }

  @Override
  public void analyzed(SimulatedMeeting meeting) {
    scripts.analyzed(meeting);
  }

  @Override
  public void published(SimulatedRecording recording) {
    webhooks.tell(() -> HookEvent.publishEnded(recording));
    scripts.published(recording);
  }

  @Override
  public void changed(SimulatedRecording recording) {
    webhooks.tell(() -> HookEvent.stateChanged(recording));
  }

  @Override
  public void close() {
    endCallbacks.close();
    scripts.close();
    webhooks.close();
  }
}
