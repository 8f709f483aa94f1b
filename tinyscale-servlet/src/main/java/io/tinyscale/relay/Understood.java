package io.tinyscale.relay;

import java.time.Duration;

/** What the relay makes of a server's request. */
sealed interface Understood {

  /**
   * A callback that is to be kept and sent.
   *
   * @param body to be sent; empty if there is none
   * @param same what a second request with the same callback has in common with this one, beside
   *     the token
   * @param memory how long a second one counts as the same
   * @param isUnproven whether anybody who knows the URL could have made it up: few such callbacks
   *     of a token are taken
   */
  record Accepted(Callback callback, byte[] body, String same, Duration memory, boolean isUnproven)
      implements Understood {

    /** The same, made up perhaps. */
    Accepted unproven() {
      return new Accepted(callback, body, same, memory, true);
    }
  }

  /** Something that is answered with an error. */
  record Refused(int status) implements Understood {}
}
