package io.tinyscale.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;

/** Says in one line what failed. */
public final class Failures {

  private Failures() {}

  /**
   * The failure's message, or the name of its class. The message of a bug is left out: it may quote
   * an address, checksum and all.
   */
  public static String describe(Throwable failure) {
    Throwable root = root(failure);
    String message = root.getMessage();
    return root instanceof RuntimeException || message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message;
  }

  /** Whether we had no memory, or no thread, which is not the server's fault. */
  static boolean isOutOfMemory(Throwable failure) {
    return root(failure) instanceof OutOfMemoryError;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while ((root instanceof CompletionException || root instanceof UncheckedIOException)
        && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /**
   * Whether a call failed because the server's machine refused the connection: a {@link
   * ConnectException} says so, itself or as a cause.
   */
  static boolean isRefusal(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return !(cause.getCause() instanceof UnresolvedAddressException);
      }
    }
    return false;
  }
}
