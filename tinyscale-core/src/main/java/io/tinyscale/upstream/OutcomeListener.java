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
  OutcomeListener NONE =
      new OutcomeListener() {
        @Override
        public void answered(Server server, ApiCall call) {}

        @Override
        public void failed(Server server, ApiCall call, String cause) {}

        @Override
        public void refusedSecret(Server server) {}

        @Override
        public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {}
      };

  /** The server answered as a BBB server does. */
  void answered(Server server, ApiCall call);

  /**
   * The server was not reached, gave no answer in time, or one that is none of a BBB server.
   *
   * @param cause for the log
   */
  void failed(Server server, ApiCall call, String cause);

  /** The server refused our checksum: its secret in the pool file is wrong. */
  void refusedSecret(Server server);

  /**
   * An attempt has ended, whatever it shows of the server.
   *
   * @param nanos from the sending to the head of the answer, or to the failure
   */
  void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos);
}
