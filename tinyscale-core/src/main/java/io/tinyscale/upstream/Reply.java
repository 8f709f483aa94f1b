package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What one server said, once read. */
public sealed interface Reply {

  /** The server that was asked. */
  Server server();

  /** The result of the function for this case. */
  <T> T fold(
      Function<Said, T> said,
      Function<Nothing, T> nothing,
      Supplier<T> overloaded,
      Supplier<T> wrongSecret);

  /**
   * A BBB answer, SUCCESS or FAILED.
   *
   * @param headers the answer's header fields that may cross
   * @param body the answer itself, in memory; empty where a list was read item by item
   */
  record Said(Server server, ApiReply content, List<Header> headers, Body body) implements Reply {
    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<Nothing, T> nothing,
        Supplier<T> overloaded,
        Supplier<T> wrongSecret) {
      return said.apply(this);
    }
  }

  /**
   * No usable answer.
   *
   * @param cause for the log
   * @param noSuchCall whether the server says that it does not have this call: HTTP 404
   * @param fix what an operator has to mend, a sentence; empty if nothing shows it
   * @param failed whether the answer was an error of the server, or of a proxy before it: HTTP 5xx
   */
  record Nothing(Server server, String cause, boolean noSuchCall, String fix, boolean failed)
      implements Reply {

    /** No usable answer, from a server that has the call as far as we know. */
    public Nothing(Server server, String cause) {
      this(server, cause, false);
    }

    /** No usable answer, for a reason that shows no fix. */
    public Nothing(Server server, String cause, boolean noSuchCall) {
      this(server, cause, noSuchCall, "", false);
    }

    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<Nothing, T> nothing,
        Supplier<T> overloaded,
        Supplier<T> wrongSecret) {
      return nothing.apply(this);
    }
  }

  /** It was not asked: too many calls to it are under way, by our own limit. */
  record Overloaded(Server server) implements Reply {
    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<Nothing, T> nothing,
        Supplier<T> overloaded,
        Supplier<T> wrongSecret) {
      return overloaded.get();
    }
  }

  /** The server refused our checksum, which is no fault of any caller. */
  record WrongSecret(Server server) implements Reply {
    @Override
    public <T> T fold(
        Function<Said, T> said,
        Function<Nothing, T> nothing,
        Supplier<T> overloaded,
        Supplier<T> wrongSecret) {
      return wrongSecret.get();
    }
  }
}
