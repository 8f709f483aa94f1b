package io.tinyscale.observe;

import org.jspecify.annotations.Nullable;

/** Finds out whether the JVM had no memory for a piece of work. */
public final class OutOfMemory {

  /** Causes are looked at no deeper, because a chain of causes may be a ring. */
  private static final int DEEPEST = 20;

  private OutOfMemory() {}

  /**
   * The error behind this failure; null if there was another reason. The JVM reports a thread that
   * it cannot start by the same error, but more heap would not help there, so it is another reason.
   * Takes no memory, not even for an {@code Optional}.
   */
  public static @Nullable OutOfMemoryError behind(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof OutOfMemoryError error) {
        return isAboutThreads(error) ? null : error;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static boolean isAboutThreads(OutOfMemoryError error) {
    String message = error.getMessage();
    return message != null && message.contains("native thread");
  }
}
