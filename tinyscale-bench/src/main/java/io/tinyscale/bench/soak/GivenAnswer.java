package io.tinyscale.bench.soak;

/**
 * An answer that a server gave at once, and that nobody can take for silence.
 *
 * @param requestId the id of the attempt that it was given for; empty if it is not known
 * @param arrived when the request arrived
 */
record GivenAnswer(String server, String call, String requestId, long arrived, long given) {

  /** The balancer that asked; empty if it is not known. */
  String balancer() {
    return OuterBalancer.balancerOf(requestId);
  }

  @Override
  public String toString() {
    return server + " answered " + call + " " + Clock.text(given);
  }
}
