package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for bodies in memory, watched by an observer as all bodies are. */
@Test(groups = "slow")
public class BufferedContentTckTest extends BodyVerification {

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return Body.of(new byte[(int) elements]).observed(new BodyObserver() {}).content();
  }

  /** An observed body may fail, although bytes in memory never do. */
  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    Body delivered = Body.fetched(-1, new Nothing(), Runnable::run);
    BodyCollector.discard(delivered);
    return delivered.observed(new BodyObserver() {}).content();
  }

  private static final class Nothing implements PieceSource {

    @Override
    public Optional<ByteBuffer> next() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  /** All bytes are one buffer. */
  @Override
  public long maxElementsFromPublisher() {
    return 1;
  }
}
