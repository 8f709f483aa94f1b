package io.tinyscale.health;

import java.time.Duration;

/**
 * What a server answered that a person wants to know of.
 *
 * @param meetings how many meetings it holds; -1 if it did not tell
 * @param took how long its answers took
 * @param cause why it did not pass, for a person; empty if it passed
 */
public record ServerCheck(Result result, int meetings, Duration took, String cause) {

  /** What the answers say. */
  public enum Result {
    /** It is a BigBlueButton server, accepts the secret and told its meetings. */
    PASSED,
    /** It was not asked: its address or another field is wrong, as an edit would say in full. */
    INVALID,
    /** Nothing answered. */
    UNREACHABLE,
    /** Something answered that is no BigBlueButton server. */
    NOT_BBB,
    /** It refuses the secret, or the algorithm of the checksum. */
    SECRET_REFUSED,
    /** It is a BigBlueButton server, but its list of meetings could not be read. */
    LIST_UNREAD
  }
}
