package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import java.util.List;

/** What one server said, once read. */
public sealed interface Reply {

  /** The server that was asked. */
  Server server();

  /**
   * A BBB answer, SUCCESS or FAILED.
   *
   * @param headers the answer's header fields that may cross
   * @param body the answer itself, in memory; empty where a list was read item by item
   */
  record Said(Server server, ApiReply content, List<Header> headers, Body body) implements Reply {}

  /**
   * No usable answer.
   *
   * @param cause for the log
   */
  record Nothing(Server server, String cause) implements Reply {}

  /** The server refused our checksum, which is no fault of any caller. */
  record WrongSecret(Server server) implements Reply {}
}
