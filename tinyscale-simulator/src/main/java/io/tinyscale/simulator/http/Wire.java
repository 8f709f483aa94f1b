package io.tinyscale.simulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** The connection of one request, for a {@link Reaction}. */
public interface Wire {
  /** The request to be answered. */
  RequestHead head();

  /** The raw bytes that the caller sends after the request. */
  InputStream in();

  /** The output to the caller. It is buffered, so writers must flush it. */
  OutputStream out();

  /** Waits that long; fails if the server is closed meanwhile. */
  void pause(Duration duration) throws IOException;

  /** Ends the connection with a TCP reset. */
  void reset() throws IOException;
}
