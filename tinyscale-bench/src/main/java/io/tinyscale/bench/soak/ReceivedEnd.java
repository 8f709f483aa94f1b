package io.tinyscale.bench.soak;

/**
 * A call to end a meeting that reached a server.
 *
 * @param id the external or the internal id of the meeting
 */
record ReceivedEnd(String server, String id, long arrived) {

  boolean concerns(Life life) {
    return server.equals(life.server())
        && (id.equals(life.meetingId()) || id.equals(life.internalId()));
  }

  @Override
  public String toString() {
    return "end of " + id + " at " + server + " " + Clock.text(arrived);
  }
}
