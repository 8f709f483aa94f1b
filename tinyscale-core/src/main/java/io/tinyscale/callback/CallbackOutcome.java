package io.tinyscale.callback;

/** How the relay's work for a callback ended. */
public enum CallbackOutcome {
  /** The front end has it, or said that it needs it no more. */
  DELIVERED("delivered"),
  /** The front end did not take it. */
  GIVEN_UP("given-up"),
  /** Its URL must not be called. */
  REFUSED("refused");

  private final String word;

  CallbackOutcome(String word) {
    this.word = word;
  }

  /** What logs and metrics call it. */
  @Override
  public String toString() {
    return word;
  }
}
