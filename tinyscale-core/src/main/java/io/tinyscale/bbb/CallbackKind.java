package io.tinyscale.bbb;

/** What a BBB server reports to a front end by calling a URL that the front end gave it. */
public enum CallbackKind {
  /** A meeting has ended: {@code meta_endCallbackUrl} and {@code meetingEndedURL}. */
  ENDED('e', "ended"),
  /** A recording can be watched: {@code meta_bbb-recording-ready-url} and its older names. */
  RECORDING_READY('r', "recording-ready"),
  /** What happened in a meeting, after it: {@code meta_analytics-callback-url}. */
  ANALYTICS('a', "analytics"),
  /** An event, to a webhook (BBB docs, Webhooks). */
  WEBHOOK('h', "webhook");

  private final char letter;
  private final String word;

  CallbackKind(char letter, String word) {
    this.letter = letter;
    this.word = word;
  }

  /** What the relay's URLs call it. */
  public char letter() {
    return letter;
  }

  /** What logs and metrics call it. */
  @Override
  public String toString() {
    return word;
  }
}
