package io.tinyscale.upstream;

import io.tinyscale.server.Server;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt that has ended.
 *
 * @param answer what the server's answer says; null if the server did not answer
 */
public record Attempted(Server server, Outcome outcome, @Nullable ServerAnswer answer) {

  /** Whether there is no answer because the server's machine refused the connection. */
  boolean isRefused() {
    return failure().filter(Failures::isRefusal).isPresent();
  }

  /** Why there is no answer, for the log; empty if there is one. No address: it shows checksums. */
  public String cause() {
    return failure().map(Failures::describe).orElse("");
  }

  private Optional<IOException> failure() {
    if (outcome instanceof Outcome.NotSent notSent) {
      return Optional.of(notSent.cause());
    }
    return outcome instanceof Outcome.NoAnswer noAnswer
        ? Optional.of(noAnswer.cause())
        : Optional.empty();
  }
}
