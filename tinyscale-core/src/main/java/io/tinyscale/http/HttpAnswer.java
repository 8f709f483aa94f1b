package io.tinyscale.http;

import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer as HTTP has it.
 *
 * @param status the status code
 * @param headers all but the framing; without line breaks. With {@link #CLOSE} the caller's
 *     connection is closed after the answer, even if the caller has not sent all of its body
 * @param body must be consumed, or discarded
 * @param ifBroken what the caller gets instead if the body fails before its first byte, in memory;
 *     null for a failed request
 */
public record HttpAnswer(
    int status, List<Header> headers, Body body, @Nullable HttpAnswer ifBroken) {

  /** Ends the connection. */
  public static final Header CLOSE = new Header("Connection", "close");

  /** An answer that is a failed request if its body fails. */
  public HttpAnswer(int status, List<Header> headers, Body body) {
    this(status, headers, body, null);
  }

  /** Refuses header fields that would end the head, and a substitute that could fail itself. */
  public HttpAnswer {
    if (ifBroken != null && ifBroken.body.bytes().isEmpty()) {
      throw new IllegalArgumentException("the answer in place of a broken one must be in memory");
    }
    for (Header header : headers) {
      String value = header.value();
      if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a line break in the header field " + header.name());
      }
    }
  }

  /** Whether the connection is to be closed after this answer. */
  public boolean closes() {
    return headers.contains(CLOSE);
  }

  /** A short text of our own. */
  public static HttpAnswer text(int status, String text) {
    return new HttpAnswer(
        status, List.of(new Header("Content-Type", "text/plain;charset=utf-8")), Body.of(text));
  }

  /** What is said where there is nothing. */
  public static HttpAnswer notFound() {
    return text(404, "Not found\n");
  }
}
