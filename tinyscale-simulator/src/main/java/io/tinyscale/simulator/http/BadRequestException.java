package io.tinyscale.simulator.http;

import java.io.IOException;

/** What the caller sent is not HTTP; the connection ends after an answer with {@link #status}. */
final class BadRequestException extends IOException {
  private final int status;

  BadRequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
