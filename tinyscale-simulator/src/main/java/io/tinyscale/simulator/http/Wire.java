package io.tinyscale.simulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** One connection in the middle of one request, as a {@link Reaction} sees it. */
public interface Wire {
  /** The request being answered. */
  RequestHead head();

  /** What the caller sends; raw bytes beyond the request. */
  InputStream in();

  /** Buffered; whoever writes flushes. */
  OutputStream out();

  /** Waits that long, or less if the server is closed meanwhile. */
  void pause(Duration duration) throws IOException;

  /** Breaks the connection with a reset instead of an orderly end. */
  void reset() throws IOException;
}
