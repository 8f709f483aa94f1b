package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What became of one attempt to send a request to one server. */
public sealed interface Outcome {

  /** Whether the call may now go to another server without happening twice. */
  boolean mayTryAnotherServer(ApiCall call);

  /**
   * The server answered, with whatever status.
   *
   * @param headers those that may cross to the caller: no hop-by-hop field, none that {@code
   *     Connection} names, no cookie; and {@code Content-Encoding}, with which the answer is
   *     refused
   * @param body in memory when it is small, streamed otherwise; must be consumed or cancelled
   * @param location where the answer redirects to, for the operator alone; empty if nowhere
   */
  record Answered(int status, List<Header> headers, Body body, String location) implements Outcome {

    /** Copies the headers. */
    public Answered {
      headers = List.copyOf(headers);
    }

    /** An answer that is no redirect, or whose target does not matter. */
    public Answered(int status, List<Header> headers, Body body) {
      this(status, headers, body, "");
    }

    /**
     * What shows at once that this is no answer of a BBB server: another status than 200, an HTML
     * page, an encoding that nobody asked for, nothing at all. The empty text if nothing does.
     */
    public String defect() {
      if (status != 200) {
        return "HTTP " + status;
      }
      if (body.isEmpty()) {
        return "an empty answer";
      }
      for (Header header : headers) {
        if (header.is("Content-Type") && header.value().toLowerCase(Locale.ROOT).contains("html")) {
          return "an HTML page";
        }
        if (header.is("Content-Encoding")) {
          return "a Content-Encoding that was not asked for";
        }
      }
      return "";
    }

    @Override
    public boolean mayTryAnotherServer(ApiCall call) {
      return false;
    }
  }

  /**
   * No byte of the request left us: refused, unreachable, no address, bad certificate.
   *
   * @param cause a {@link java.net.ConnectException}, or caused by one, if the server's machine
   *     refused the connection
   */
  record NotSent(IOException cause) implements Outcome {

    @Override
    public boolean mayTryAnotherServer(ApiCall call) {
      return true;
    }
  }

  /**
   * Nothing was sent because of us: too many calls to that server are under way by our own limit,
   * or we have no descriptor or port left. It says nothing of the server.
   */
  record Overloaded() implements Outcome {

    @Override
    public boolean mayTryAnotherServer(ApiCall call) {
      return true;
    }
  }

  /** Sent, then failed or given up: the server may have acted on it. */
  record NoAnswer(IOException cause) implements Outcome {

    @Override
    public boolean mayTryAnotherServer(ApiCall call) {
      return call.readOnly();
    }
  }
}
