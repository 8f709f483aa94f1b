package io.tinyscale.http;

import io.tinyscale.body.BodyVerification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for what a caller sends, by way of a web server on threads. */
@Test(groups = "slow")
public class CallerBodyTckTest extends BodyVerification {

  private ExecutorService web;

  @BeforeClass
  public void start() {
    web = Executors.newFixedThreadPool(4);
  }

  @AfterClass
  public void stop() {
    web.shutdownNow();
  }

  /** Has a byte for every second read; after the others it calls back on another thread. */
  private final class Sent extends CallerBody {

    private long left;
    private boolean ready;

    Sent(long count) {
      super(-1, Long.MAX_VALUE, false);
      left = count;
    }

    @Override
    protected @Nullable ByteBuffer read(int most) {
      ready = !ready;
      if (!ready) {
        web.execute(this::readable);
        return null;
      }
      if (left == 0) {
        allRead();
        return null;
      }
      left--;
      return ByteBuffer.wrap(new byte[] {1});
    }

    void breakOff() {
      broken(new IOException("the caller is gone"));
    }
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return new Sent(elements);
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    Sent broken = new Sent(1);
    broken.breakOff();
    return broken;
  }
}
