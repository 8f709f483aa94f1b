package io.tinyscale.relay;

/** What one try means for a callback. */
sealed interface Verdict {

  /** The front end has it, or needs it no more. */
  record Taken() implements Verdict {}

  /** It may be taken later. */
  record Again(String cause) implements Verdict {}

  /** It will not be taken. */
  record Rejected(String cause) implements Verdict {}

  /** It must not be sent. */
  record Refused(String cause) implements Verdict {}
}
