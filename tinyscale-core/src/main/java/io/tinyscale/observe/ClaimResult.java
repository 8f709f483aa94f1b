package io.tinyscale.observe;

import java.util.Locale;

/** What came of the question to the shared store where a create goes. */
public enum ClaimResult {
  /** The meeting was not claimed: it goes where this balancer wants it. */
  NEW,
  /** The claim stood: the meeting goes where a balancer has said. */
  SHARED,
  /** The server could not be reached, nobody else had used the claim, and so it was moved. */
  MOVED,
  /** The meeting is claimed for a server that this balancer cannot use and others can. */
  REFUSED,
  /** The meeting was claimed for a server that was given up. */
  GIVEN_UP,
  /** The store did not answer in time. */
  UNAVAILABLE;

  /** The name in metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
