package io.tinyscale.simulator.http;

import java.io.IOException;

/** Decides what becomes of a request. Called from many threads at once; may block. */
public interface HttpHandler {
  /** Reads the request's body as far as it cares and says how the connection goes on. */
  Reaction handle(HttpRequest request) throws IOException;
}
