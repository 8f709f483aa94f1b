package io.tinyscale.bench.soak;

import java.util.Set;

/**
 * A create that reached a server.
 *
 * @param requestId the id of the attempt that it was sent for; empty if it is not known
 * @param decided when the server decided the answer; {@link Span#OPEN} if it never did
 * @param fault the fault of the answer; empty if there was none
 */
record ReceivedCreate(
    String server, String meetingId, String requestId, long arrived, long decided, String fault) {

  /**
   * Faults that still tell the balancer the result of the create. A create that was answered with
   * an error of the server is over.
   */
  private static final Set<String> TELLING = Set.of("", "Delay", "WrongSecret", "ServerError");

  /** The balancer that sent it; empty if it is not known. */
  String balancer() {
    return OuterBalancer.balancerOf(requestId);
  }

  /** Whether another balancer sent it than that other create. */
  boolean isOfAnother(ReceivedCreate other) {
    return !balancer().equals(other.balancer());
  }

  /** Whether its answer tells if the meeting was created. */
  boolean tells() {
    return TELLING.contains(fault);
  }

  @Override
  public String toString() {
    return "create of "
        + meetingId
        + " at "
        + server
        + " "
        + Clock.text(arrived)
        + (requestId.isEmpty() ? "" : ", sent for " + requestId)
        + (fault.isEmpty() ? "" : ", answer spoilt by " + fault);
  }
}
