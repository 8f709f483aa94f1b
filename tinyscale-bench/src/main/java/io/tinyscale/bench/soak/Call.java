package io.tinyscale.bench.soak;

/**
 * One call, as its front end saw it.
 *
 * @param name the name of the call in the URL
 * @param meetingId empty if the call is about no meeting
 * @param begun microseconds since 1970
 * @param ended when the answer was complete, or the front end gave up
 */
record Call(String frontEnd, String name, String meetingId, long begun, long ended, Reply reply) {

  long micros() {
    return ended - begun;
  }

  /** Whether the answer says that the meeting does not exist. */
  boolean deniesMeeting() {
    return switch (reply.messageKey()) {
      case "notFound", "meetingNotFound", "invalidMeetingIdentifier" -> true;
      default -> false;
    };
  }

  /** Whether the answer says that the meeting has no users. */
  boolean saysNotRunning() {
    return reply.text("running").equals("false");
  }

  boolean succeeded() {
    return reply.succeeded();
  }

  @Override
  public String toString() {
    return String.format(
        "%s %s..%s %s %s: %s",
        frontEnd, Clock.text(begun), Clock.text(ended), name, meetingId, reply.summary());
  }
}
