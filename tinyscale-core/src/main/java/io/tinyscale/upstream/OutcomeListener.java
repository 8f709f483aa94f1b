package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Server;

/**
 * Is told once per attempt how it ended and what it shows of its server. Of attempts that show
 * nothing only the end is told: the caller left or broke off, too many calls were in flight
 * already, the answer failed after it had begun, or the server does not have the call. Called from
 * many threads at once; must neither block nor throw.
 */
public interface OutcomeListener {

  /** Listens to nothing. */
  OutcomeListener NONE = new OutcomeListener() {};

  /** The server answered as a BBB server does. */
  default void answered(Server server, ApiCall call) {}

  /**
   * The server was not reached, gave no answer in time, or one that is none of a BBB server.
   *
   * @param cause for the log
   */
  default void failed(Server server, ApiCall call, String cause) {}

  /** The server refused our checksum: its secret in the pool file is wrong. */
  default void refusedSecret(Server server) {}

  /**
   * BBB has answered at the server's address: with SUCCESS or FAILED, an error, or the beginning of
   * an answer that may break off. Junk, pages and redirects are neither heard nor unheard, unless
   * they come from the server's root.
   */
  default void heard(Server server) {}

  /**
   * A call has no answer of BBB: none came within a second, or it has failed without one. Told once
   * or twice per attempt; never if the call could not be sent because of us or its caller.
   *
   * @param asked when the attempt began, on the scale of {@link System#nanoTime()}
   * @param refused whether the connection was refused
   */
  default void unheard(Server server, long asked, boolean refused) {}

  /**
   * An attempt has ended, whatever it shows of the server.
   *
   * @param nanos from the sending to the head of the answer, or to the failure
   */
  default void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {}
}
