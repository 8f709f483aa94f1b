package io.tinyscale.observe;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.server.Server;

/**
 * Is told what happened. Called from many threads at once; must neither block nor throw. Every
 * method does nothing by default.
 */
public interface GatewayObserver {

  /** Observes nothing. */
  GatewayObserver NONE = new GatewayObserver() {};

  /** A server passed its first check, or came back. */
  default void serverUp(Server server, int meetings) {}

  /** A server is down by our verdict. */
  default void serverDown(Server server, String cause) {}

  /** A server refused our checksum: its secret in the pool file is wrong. */
  default void serverRefusesSecret(Server server) {}

  /** A new meeting went to a server. */
  default void meetingPlaced(String meetingId, Server server) {}

  /**
   * One meetingID is alive on two servers.
   *
   * @param kept the server whose copy callers get
   */
  default void meetingSplit(String meetingId, Server kept, Server other) {}

  /** One call to one server failed; the caller got an error. */
  default void callFailed(ApiCall call, Server server, String cause) {}

  /** A list was answered without these many servers. */
  default void listPartial(ApiCall call, int missing, int asked) {}

  /** A call was refused before any server was asked. */
  default void callRefused(ApiCall call, String messageKey) {}

  /** A mistake of our own; the caller got an error. */
  default void bug(ApiCall call, Throwable bug) {}
}
