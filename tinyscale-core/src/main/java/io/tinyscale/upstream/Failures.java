package io.tinyscale.upstream;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;

/** Says in one line what failed. */
public final class Failures {

  private Failures() {}

  /**
   * The failure's message, or the name of its class. The message of a bug is left out: it may quote
   * an address, checksum and all.
   */
  public static String describe(Throwable failure) {
    Throwable root = failure;
    while ((root instanceof CompletionException || root instanceof UncheckedIOException)
        && root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return root instanceof RuntimeException || message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message;
  }
}
