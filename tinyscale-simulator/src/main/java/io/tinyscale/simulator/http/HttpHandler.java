package io.tinyscale.simulator.http;

import java.io.IOException;

/** Handles requests. Called from many threads at once; may block. */
public interface HttpHandler {
  /** Reads as much of the request's body as it needs and returns the reaction of the connection. */
  Reaction handle(HttpRequest request) throws IOException;
}
