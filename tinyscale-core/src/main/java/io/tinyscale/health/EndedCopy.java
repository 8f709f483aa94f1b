package io.tinyscale.health;

/**
 * What became of one meeting on one server that was told to end it.
 *
 * @param server the server's name
 * @param cause why it was not ended, in a few words; empty if it was
 */
public record EndedCopy(String server, Result result, String cause) {

  /** What the server said. */
  public enum Result {
    /** It ends the meeting; for a few seconds it may still show it. */
    ENDED,
    /** It does not have the meeting. */
    ABSENT,
    /** It answered, and does not end the meeting. */
    REFUSED,
    /** It gave no usable answer, or was not asked. The meeting may have been ended. */
    SILENT
  }

  /** Whether the meeting is not there any more, or will not be in a few seconds. */
  public boolean isOver() {
    return result == Result.ENDED || result == Result.ABSENT;
  }
}
