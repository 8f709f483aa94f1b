package io.tinyscale.bench.soak;

/**
 * One call as the front end that made it saw it.
 *
 * @param name as on the wire
 * @param meetingId empty where the call is about none
 * @param begun microseconds since 1970
 * @param ended when the answer was complete, or given up
 */
record Call(String frontEnd, String name, String meetingId, long begun, long ended, Reply reply) {

  long micros() {
    return ended - begun;
  }

  /** Whether it says that there is no such meeting. */
  boolean deniesMeeting() {
    return switch (reply.messageKey()) {
      case "notFound", "meetingNotFound", "invalidMeetingIdentifier" -> true;
      default -> false;
    };
  }

  /** Whether it says that nobody is in the meeting. */
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
