package io.tinyscale.bench.soak;

/**
 * A fault of a server, of tinyscale itself, or of the store.
 *
 * @param maySilence whether the server may not answer at all
 */
record Trouble(String server, String kind, boolean maySilence, Span span) {

  /** The name of tinyscale itself in the place of a server. */
  static final String TINYSCALE = "tinyscale";

  /** The name of the store in the place of a server. */
  private static final String STORE = "the store";

  /** The server was taken out of the pool file while it was down. */
  static final String REMOVED = "removal while it was down";

  private static final String STOP = "stop";

  private static final String REFUSED_SECRET = "wrong-secret";

  /** A time in which the balancers could not share the store. */
  static Trouble ofStore(String kind, Span span) {
    return new Trouble(STORE, kind, false, span);
  }

  boolean isOfStore() {
    return server.equals(STORE);
  }

  /** Whether the server was stopped, and went on later with the requests in its sockets. */
  boolean isStop() {
    return kind.equals(STOP);
  }

  /** Whether the server refused tinyscale's secret. */
  boolean refusesSecret() {
    return kind.equals(REFUSED_SECRET);
  }

  boolean concerns(String name) {
    return server.equals(name) || server.equals(TINYSCALE);
  }

  @Override
  public String toString() {
    return kind + " of " + server + " " + Clock.text(span);
  }
}
