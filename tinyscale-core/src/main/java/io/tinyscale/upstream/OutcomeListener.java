package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Server;
import io.tinyscale.trace.RequestTrace;

/**
 * Is told once per attempt how it ended and what it shows of its server. Of attempts that show
 * nothing only the end is told: the caller left or broke off, too many calls were in flight
 * already, or the server does not have the call. What happens to an answer after its first 32 KiB
 * is not told. Called from many threads at once; must neither block nor throw.
 */
public interface OutcomeListener {

  /** Listens to nothing. */
  OutcomeListener NONE = new OutcomeListener() {};

  /**
   * The server answered as a BBB server does: SUCCESS, FAILED, or at least markup or JSON with
   * status 200.
   */
  default void answered(Server server, ApiCall call) {}

  /**
   * The server was not reached, gave no answer in time, or one that broke off in its first 32 KiB,
   * is an error of the server or a proxy (HTTP 5xx), a redirect, or junk. Not told of an error over
   * the body of a call, of a refusal (HTTP 4xx), and of what answers a call that tinyscale does not
   * know, unless that is an error of the server.
   *
   * @param cause for the log
   */
  default void failed(Server server, ApiCall call, String cause) {}

  /**
   * The server answered a create that had a body with HTTP 500: it is broken, or the body is. Up to
   * 3.0 servers answer broken XML so.
   *
   * @param cause for the log
   */
  default void stumbled(Server server, ApiCall call, String cause) {}

  /** The server answered a create that had a body with SUCCESS. Told after {@link #answered}. */
  default void tookBody(Server server) {}

  /** The server refused our checksum: its secret in the pool file is wrong. */
  default void refusedSecret(Server server) {}

  /**
   * BBB has answered at the server's address: with SUCCESS or FAILED, of which only the beginning
   * must have come, with a refusal of our checksum, or with an error of its own (HTTP 5xx, but none
   * of a proxy). Junk, pages and redirects are neither heard nor unheard, and neither is an answer
   * that broke off before it said SUCCESS or FAILED; but they are unheard if the server's root was
   * asked, where an error of BBB is no answer either.
   */
  default void heard(Server server) {}

  /**
   * A call has no answer of BBB: none came within a second, it has failed without one, or a proxy
   * says that there is none (502, 503, 504). Told once or twice per attempt; never if the call
   * could not be sent because of us or its caller.
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

  /**
   * Something of our own went wrong while a call was answered: a listener threw, or there was no
   * memory to read the answer. Says nothing of a server.
   *
   * @param trace of the request that the call was for
   */
  default void bug(ApiCall call, Throwable bug, RequestTrace trace) {}
}
