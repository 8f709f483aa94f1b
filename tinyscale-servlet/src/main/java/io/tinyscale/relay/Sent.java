package io.tinyscale.relay;

/** What became of one request to a front end. */
sealed interface Sent {

  /**
   * The front end answered.
   *
   * @param location where a redirect leads; empty if there is no such field
   */
  record Answered(int status, String location) implements Sent {}

  /** Nothing was sent, because the destination is not allowed. */
  record Refused(String why) implements Sent {}

  /** There was no answer. */
  record Failed(String why) implements Sent {}
}
