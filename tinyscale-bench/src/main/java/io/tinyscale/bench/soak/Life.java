package io.tinyscale.bench.soak;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A meeting on a server, from its creation to its end or to the end of the server's process.
 *
 * @param joined when the first user joined; {@link Span#OPEN} if nobody joined
 * @param ended whether the meeting was ended; otherwise it died with its server or still lives
 */
record Life(
    String server, String meetingId, String internalId, Span span, long joined, boolean ended) {

  /** The end of an internal id: when the meeting was made, in milliseconds since 1970. */
  private static final Pattern STAMP = Pattern.compile("-(\\d{13})$");

  /**
   * When the server says that it made the meeting, which decides which of two copies is the older.
   * It writes that down in its journal a little later.
   */
  long stamp() {
    Matcher stamp = STAMP.matcher(internalId);
    return stamp.find() ? Long.parseLong(stamp.group(1)) * 1000 : span.from();
  }

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
