package io.tinyscale.httpcore;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A connection could not be opened because of us: this process or machine has no descriptor, port
 * or route left. Says nothing of the server.
 */
final class OwnLackException extends IOException {

  private static final long serialVersionUID = 1;

  OwnLackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
