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
   * @param overloaded whether too many calls to one of them were under way to ask it
   */
  record Unknown(List<Server> silent, boolean overloaded) implements Location {

    /** Nobody can tell, and too many calls are not the reason. */
    public Unknown(List<Server> silent) {
      this(silent, false);
    }

    /** Copies the list. */
    public Unknown {
      silent = List.copyOf(silent);
    }
  }
}
