package io.tinyscale.relay;

import io.tinyscale.body.Header;
import java.time.Duration;
import java.util.List;

/**
 * A request to a front end. Prints without what it says.
 *
 * @param headers without framing
 * @param limit how long all of it may take
 */
record Message(
    String method, Destination to, List<Header> headers, Content content, Duration limit) {

  /** Copies the header fields. */
  Message {
    headers = List.copyOf(headers);
  }

  @Override
  public String toString() {
    return method + " to " + to.host();
  }
}
