package io.tinyscale.http;

import org.jspecify.annotations.Nullable;

/** Hears how the sending of an answer went, once, on any thread; must not block. */
@FunctionalInterface
public interface AnswerListener {

  /** How it went. */
  enum Ending {
    /** The caller's connection took all of the answer. */
    COMPLETE,
    /** The body failed; the caller sees an answer that is not complete. */
    CUT,
    /** The caller closed its connection, or the request ran out of time. */
    CALLER_LEFT
  }

  /** The answer ended like this. */
  void ended(Ending ending, @Nullable Throwable cause);
}
