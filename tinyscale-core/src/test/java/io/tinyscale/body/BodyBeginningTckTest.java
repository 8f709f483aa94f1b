package io.tinyscale.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for a body whose beginning was read ahead. */
@Test(groups = "slow")
public class BodyBeginningTckTest extends BodyVerification {

  private ExecutorService work;

  @BeforeClass
  public void start() {
    work = Executors.newFixedThreadPool(4);
  }

  @AfterClass
  public void stop() {
    work.shutdownNow();
  }

  private static Flow.Publisher<ByteBuffer> begun(Body body) {
    return BodyBeginning.read(body, 1, BodyBeginning.Enough.NEVER, new Cancellation())
        .toCompletableFuture()
        .join()
        .body()
        .content();
  }

  /** With 0 or 1 elements the beginning may be the whole body. */
  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return begun(Body.fetched(-1, pieces(elements), work));
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

  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    Pieces pieces = new Pieces();
    pieces.add("x");
    Flow.Publisher<ByteBuffer> begun = begun(pieces.body());
    pieces.fail(new IOException("the server is gone"));
    return begun;
  }
}
