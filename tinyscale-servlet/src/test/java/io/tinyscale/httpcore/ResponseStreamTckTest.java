package io.tinyscale.httpcore;

import io.tinyscale.body.BodyVerification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for a server's answer on its way. */
@Test(groups = "slow")
public class ResponseStreamTckTest extends BodyVerification {

  private static final int MOST = 10_000;

  private static final ResponseStream.Carrier CARRIER =
      new ResponseStream.Carrier() {
        @Override
        public void fail(IOException cause) {}

        @Override
        public void restartSilence() {}
      };

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    ResponseStream stream = new ResponseStream(CARRIER);
    for (long i = 0; i < elements; i++) {
      stream.add(ByteBuffer.wrap(new byte[] {1}));
    }
    stream.end();
    return stream;
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    ResponseStream stream = new ResponseStream(CARRIER);
    stream.fail(new IOException("the server is gone"));
    return stream;
  }

  @Override
  public long maxElementsFromPublisher() {
    return MOST;
  }
}
