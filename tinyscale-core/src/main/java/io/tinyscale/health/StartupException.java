package io.tinyscale.health;

/**
 * What was found at the start forbids to start now, such as a server whose check failed. A later
 * start may succeed with the same configuration.
 */
public final class StartupException extends RuntimeException {

  /**
   * Refuses to start.
   *
   * @param message every problem and what to do, one per line
   */
  public StartupException(String message) {
    super(message);
  }
}
