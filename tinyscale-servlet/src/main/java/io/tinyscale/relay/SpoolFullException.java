package io.tinyscale.relay;

import java.io.IOException;

/** A spool holds as many callbacks, or as many bytes, as it may. */
final class SpoolFullException extends IOException {

  private static final long serialVersionUID = 1L;

  SpoolFullException() {
    super("the spool is full");
  }
}
