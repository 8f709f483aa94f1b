package io.tinyscale.relay;

import java.io.IOException;

/** A file was read, and what it holds is no callback: reading it once more is of no use. */
final class MalformedFileException extends IOException {

  private static final long serialVersionUID = 1L;

  MalformedFileException(String message) {
    super(message);
  }

  MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
