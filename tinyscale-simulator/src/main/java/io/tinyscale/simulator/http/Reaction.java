package io.tinyscale.simulator.http;

import java.io.IOException;

/** What a connection does after a request was read: it answers, or it fails in some way. */
public interface Reaction {
  /** The status code to be sent; 0 if no answer will be sent. */
  int status();

  /** Performs the reaction; returns whether the connection may serve another request. */
  boolean perform(Wire wire) throws IOException;
}
