package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for bodies that are fetched piece by piece. */
@Test(groups = "slow")
public class FetchedContentTckTest extends BodyVerification {

  private ExecutorService work;

  @BeforeClass
  public void start() {
    work = Executors.newFixedThreadPool(4);
  }

  @AfterClass
  public void stop() {
    work.shutdownNow();
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return Body.fetched(-1, pieces(elements), work).content();
  }

  private static PieceSource pieces(long count) {
    return new PieceSource() {
      private long left = count;

      @Override
      public Optional<ByteBuffer> next() {
        return left-- > 0 ? Optional.of(ByteBuffer.wrap(new byte[] {1})) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  /** A body that has been delivered already: a second subscriber gets an error. */
  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    Body body = Body.fetched(-1, pieces(0), work);
    BodyCollector.discard(body);
    return body.content();
  }
}
