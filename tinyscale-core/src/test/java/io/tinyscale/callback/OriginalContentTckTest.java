package io.tinyscale.callback;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyVerification;
import io.tinyscale.body.PieceSource;
import io.tinyscale.body.Pieces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * The rules of Reactive Streams for a document with original URLs. A part of each piece is held
 * back until the next piece comes, so that the last element comes after the end of the document.
 */
@Test(groups = "slow")
public class OriginalContentTckTest extends BodyVerification {

  private static final Literal PREFIX = new Literal("hh");

  private ExecutorService work;

  @BeforeClass
  public void start() {
    work = Executors.newFixedThreadPool(4);
  }

  @AfterClass
  public void stop() {
    work.shutdownNow();
  }

  private static Flow.Publisher<ByteBuffer> original(Flow.Publisher<ByteBuffer> content) {
    return new OriginalContent(content, () -> new UrlFilter(PREFIX, token -> Optional.empty()));
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return original(
        elements < 2
            ? Body.fetched(-1, pieces(elements, "-"), work).content()
            : Body.fetched(-1, pieces(elements - 1, "-h"), work).content());
  }

  private static PieceSource pieces(long count, String piece) {
    return new PieceSource() {
      private long left = count;

      @Override
      public Optional<ByteBuffer> next() {
        return left-- > 0
            ? Optional.of(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)))
            : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    Pieces pieces = new Pieces();
    pieces.fail(new IOException("the server is gone"));
    return original(pieces.body().content());
  }
}
