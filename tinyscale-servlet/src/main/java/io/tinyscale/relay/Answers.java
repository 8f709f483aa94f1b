package io.tinyscale.relay;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyTooLargeException;
import io.tinyscale.body.Header;
import io.tinyscale.body.NoRoomException;
import io.tinyscale.http.HttpAnswer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** What the relay says to BBB servers. An error has no body: strangers learn nothing from it. */
final class Answers {

  /** BBB repeats a callback unless the status is exactly 200. */
  static final int OK = 200;

  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int TIMEOUT = 408;
  static final int GONE = 410;
  static final int TOO_LARGE = 413;
  static final int BAD_GATEWAY = 502;
  static final int UNAVAILABLE = 503;

  private Answers() {}

  /** The callback is kept, or was before. */
  static HttpAnswer ok() {
    return new HttpAnswer(OK, List.of(new Header("Content-Type", "text/plain")), Body.of("OK"));
  }

  /** An answer without a body. */
  static HttpAnswer status(int status) {
    return new HttpAnswer(status, List.of(), Body.EMPTY);
  }

  /** The body came too slowly: whoever sends the rest of it sends it to nobody. */
  static HttpAnswer tooSlow() {
    return new HttpAnswer(TIMEOUT, List.of(HttpAnswer.CLOSE), Body.EMPTY);
  }

  /** The method is not one of those that are allowed. */
  static HttpAnswer methodNotAllowed(String allowed) {
    return new HttpAnswer(405, List.of(new Header("Allow", allowed)), Body.EMPTY);
  }

  /** Why a body could not be read. */
  static HttpAnswer unreadable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return tooSlow();
    }
    if (cause instanceof BodyTooLargeException) {
      return status(TOO_LARGE);
    }
    return status(cause instanceof NoRoomException ? UNAVAILABLE : BAD_REQUEST);
  }
}
