package io.tinyscale.call;

import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import java.util.List;

/** What a caller gets. */
public sealed interface Answer {

  /**
   * A server's answer, streamed through; its status is 200.
   *
   * @param headers the server's, those that may cross
   * @param body must be consumed or cancelled
   */
  record Relay(List<Header> headers, Body body) implements Answer {

    /** Copies the headers. */
    public Relay {
      headers = List.copyOf(headers);
    }
  }

  /**
   * A redirect with status 302. Prints without its location, which may be signed.
   *
   * @param location where to, complete and escaped
   */
  record Redirect(String location) implements Answer {

    @Override
    public String toString() {
      return "Redirect";
    }
  }

  /**
   * Our own document; its status is 200, errors included, as a BBB server has it.
   *
   * @param contentType media type and charset
   * @param headers further header fields
   */
  record Document(String contentType, List<Header> headers, Body body) implements Answer {

    /** Copies the headers. */
    public Document {
      headers = List.copyOf(headers);
    }
  }
}
