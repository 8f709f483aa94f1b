package io.tinyscale.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Takes the head of an answer, and throws a short body away. */
final class AnswerHead implements AsyncResponseConsumer<Void> {

  /** What is read of a body; only the status matters. */
  private static final int MOST_OF_BODY = 4 << 10;

  private final Consumer<Sent.Answered> head;
  private final Runnable tooMuch;
  private @Nullable FutureCallback<Void> whole;
  private int seen;

  /**
   * Waits for an answer.
   *
   * @param head hears of the head
   * @param tooMuch runs when the body is longer than is read
   */
  AnswerHead(Consumer<Sent.Answered> head, Runnable tooMuch) {
    this.head = head;
    this.tooMuch = tooMuch;
  }

  @Override
  public void consumeResponse(
      HttpResponse response,
      @Nullable EntityDetails entity,
      HttpContext context,
      FutureCallback<Void> callback) {
    Header location = response.getFirstHeader("Location");
    String to = location == null ? null : location.getValue();
    head.accept(new Sent.Answered(response.getCode(), to == null ? "" : to));
    if (entity == null) {
      callback.completed(null);
    } else {
      whole = callback;
    }
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {}

  @Override
  public void updateCapacity(CapacityChannel capacity) throws IOException {
    capacity.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer piece) {
    seen += piece.remaining();
    piece.position(piece.limit());
    if (seen > MOST_OF_BODY) {
      tooMuch.run();
    }
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers) {
    FutureCallback<Void> callback = whole;
    if (callback != null) {
      callback.completed(null);
    }
  }

  @Override
  public void failed(Exception cause) {}

  @Override
  public void releaseResources() {}
}
