package io.tinyscale.launcher.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Bears an admin door that does not answer for a while, as while tinyscale restarts. Not
 * thread-safe.
 */
final class Patience {

  /** How long it may be away. */
  static final Duration MOST = Duration.ofMinutes(1);

  private final Clock clock;
  private Instant lastAnswer;

  /** The door answers now. */
  Patience(Clock clock) {
    this.clock = clock;
    this.lastAnswer = clock.instant();
  }

  /** The door has answered. */
  void answered() {
    lastAnswer = clock.instant();
  }

  /**
   * The door did not answer what it was asked.
   *
   * @throws CommandException this one, if another question would not help
   */
  void bear(CommandException e) {
    Duration away = Duration.between(lastAnswer, clock.instant());
    if (e.code() != ExitCode.UNKNOWN || away.compareTo(MOST) > 0) {
      throw e;
    }
  }
}
