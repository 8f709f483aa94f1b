package io.tinyscale.bench.soak;

/**
 * One attempt of a call, as its front end saw it.
 *
 * @param balancer the balancer that the attempt went to
 * @param id what the balancer and the servers know the attempt by; empty if it has no id
 * @param name the name of the call in the URL
 * @param meetingId empty if the call is about no meeting
 * @param begun microseconds since 1970
 * @param ended when the answer was complete, or the front end gave up
 * @param isLast whether the front end got what came of this attempt, because no other balancer was
 *     left to repeat the call through
 */
record Call(
    String frontEnd,
    String balancer,
    String id,
    String name,
    String meetingId,
    long begun,
    long ended,
    boolean isLast,
    Reply reply) {

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
        "%s through %s %s..%s %s %s: %s",
        frontEnd, balancer, Clock.text(begun), Clock.text(ended), name, meetingId, reply.summary());
  }
}
