package io.tinyscale.health;

/** The servers were checked at the start, and what was found forbids to start. */
public final class StartupException extends RuntimeException {

  /**
   * Refuses to start.
   *
   * @param message every problem with the server's host and what to do, one per line
   */
  public StartupException(String message) {
    super(message);
  }
}
