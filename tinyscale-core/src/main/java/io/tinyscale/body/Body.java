package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * The body of a message: what announces its length, and what delivers its bytes.
 *
 * <p>A body is delivered once. Its publisher takes one subscriber, honours demand (one unit is one
 * buffer) and stops at {@code cancel}; a buffer belongs to the subscriber from {@code onNext} on.
 *
 * @param length bytes of the body, or -1 when only its end will tell
 * @param content delivers the bytes
 */
public record Body(long length, Flow.Publisher<ByteBuffer> content) {

  /** A message without a body. */
  public static final Body EMPTY = of(new byte[0]);

  /** Checks the length. */
  public Body {
    if (length < -1) {
      throw new IllegalArgumentException("length " + length + ": -1 means unknown");
    }
  }

  /** A body that is in memory already. The array must not be changed afterwards. */
  public static Body of(byte[] bytes) {
    return new Body(bytes.length, new BufferedContent(bytes));
  }

  /** A body that is in memory already, as UTF-8. */
  public static Body of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A body that is fetched piece by piece while it is delivered, once.
   *
   * @param executor where the pieces are fetched and delivered
   */
  public static Body fetched(long length, PieceSource source, Executor executor) {
    return new Body(length, new FetchedContent(source, executor));
  }

  /** Whether it is known that there is nothing to deliver. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** The bytes, if they are all in memory: the short way for small messages. */
  public Optional<byte[]> bytes() {
    return content instanceof BufferedContent buffered
        ? Optional.of(buffered.bytes())
        : Optional.empty();
  }

  /** The same body; the observer is told what becomes of it. */
  public Body observed(BodyObserver observer) {
    return new Body(length, new ObservedContent(content, observer));
  }
}
