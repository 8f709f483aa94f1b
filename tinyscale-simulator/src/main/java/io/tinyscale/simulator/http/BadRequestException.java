package io.tinyscale.simulator.http;

import java.io.IOException;

/** The caller sent no valid HTTP. The connection ends after an answer with {@link #status}. */
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
