package io.tinyscale.simulator.http;

import java.io.IOException;

/** What a connection does after a request was read: mostly an answer, sometimes mischief. */
public interface Reaction {
  /** The status code that will be sent; 0 when no answer will be. */
  int status();

  /** Carries it out and returns whether the connection may serve another request. */
  boolean perform(Wire wire) throws IOException;
}
