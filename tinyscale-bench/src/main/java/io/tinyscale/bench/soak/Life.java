package io.tinyscale.bench.soak;

/**
 * A meeting on a server, from its creation to its end or to the end of the server's process.
 *
 * @param joined when the first user joined; {@link Span#OPEN} if nobody joined
 * @param ended whether the meeting was ended; otherwise it died with its server or still lives
 */
record Life(
    String server, String meetingId, String internalId, Span span, long joined, boolean ended) {

  boolean covers(long start, long end) {
    return span.from() <= start && end <= span.to();
  }

  /** Whether another balancer may have made it. */
  boolean isNeighbours() {
    return meetingId.startsWith(FrontEnd.NEIGHBOUR);
  }

  @Override
  public String toString() {
    return meetingId + " on " + server + " " + Clock.text(span) + " (" + internalId + ")";
  }
}
