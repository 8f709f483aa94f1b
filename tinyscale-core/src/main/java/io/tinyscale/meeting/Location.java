package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import java.util.List;

/** Where a meeting is, as far as we know. */
public sealed interface Location {

  /** A server holds it, or is about to. */
  record Found(Server server) implements Location {}

  /** Every server that could hold it has said that it does not. */
  record Absent() implements Location {}

  /**
   * Nobody can tell: these servers could hold it and did not say.
   *
   * @param silent the servers without an answer
   */
  record Unknown(List<Server> silent) implements Location {

    /** Copies the list. */
    public Unknown {
      silent = List.copyOf(silent);
    }
  }
}
