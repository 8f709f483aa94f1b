package io.tinyscale.servlet;

import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.call.Answer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/**
 * An answer as HTTP has it.
 *
 * @param status 200 or 302
 * @param headers all but the framing; without line breaks
 * @param body must be consumed, or {@linkplain #drop dropped}
 */
public record HttpAnswer(int status, List<Header> headers, Body body) {

  /** Refuses header fields that would end the head. */
  public HttpAnswer {
    for (Header header : headers) {
      String value = header.value();
      if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a line break in the header field " + header.name());
      }
    }
  }

  /**
   * What this answer is on the wire.
   *
   * @throws IllegalArgumentException if a header field has a line break; the body is dropped then
   */
  public static HttpAnswer of(Answer answer) {
    if (answer instanceof Answer.Redirect redirect) {
      return new HttpAnswer(302, List.of(new Header("Location", redirect.location())), Body.EMPTY);
    }
    if (answer instanceof Answer.Relay relay) {
      return ok(relay.headers(), relay.body());
    }
    Answer.Document document = (Answer.Document) answer;
    List<Header> headers = new ArrayList<>(document.headers().size() + 1);
    headers.add(new Header("Content-Type", document.contentType()));
    headers.addAll(document.headers());
    return ok(headers, document.body());
  }

  private static HttpAnswer ok(List<Header> headers, Body body) {
    try {
      return new HttpAnswer(200, headers, body);
    } catch (IllegalArgumentException e) {
      drop(body);
      throw e;
    }
  }

  /** Lets go of a body that nobody will read. */
  public static void drop(Body body) {
    if (body.bytes().isEmpty()) {
      body.content().subscribe(new Unwanted());
    }
  }

  /** Cancels at once. */
  private static final class Unwanted implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(ByteBuffer item) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onComplete() {}
  }
}
