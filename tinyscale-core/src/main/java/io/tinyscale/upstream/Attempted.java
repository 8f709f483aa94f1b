package io.tinyscale.upstream;

import io.tinyscale.server.Server;
import org.jspecify.annotations.Nullable;

/**
 * One attempt that has ended.
 *
 * @param answer what the server's answer says; null if the server did not answer
 */
public record Attempted(Server server, Outcome outcome, @Nullable ServerAnswer answer) {

  /** Why there is no answer, for the log; empty if there is one. No address: it shows checksums. */
  public String cause() {
    if (outcome instanceof Outcome.NotSent notSent) {
      return Failures.describe(notSent.cause());
    }
    return outcome instanceof Outcome.NoAnswer noAnswer ? Failures.describe(noAnswer.cause()) : "";
  }
}
