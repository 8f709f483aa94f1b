package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import java.util.List;

/** Where a meeting is, as far as we know. */
public sealed interface Location {

  /**
   * A server holds it, or is about to.
   *
   * @param server where to ask
   * @param instead the servers that may hold it if this one turns out not to: a create is, or may
   *     be, on its way, for the meeting was on servers that were down
   */
  record Found(Server server, List<Server> instead) implements Location {

    /** No other server can hold it. */
    public Found(Server server) {
      this(server, List.of());
    }

    /** Copies the list. */
    public Found {
      instead = List.copyOf(instead);
    }
  }

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
