package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for bodies in memory, watched by an observer as all bodies are. */
@Test(groups = "slow")
public class BufferedContentTckTest extends FlowPublisherVerification<ByteBuffer> {

  /** How long the rules wait for a signal: generous, for a busy machine. */
  private static final long PATIENCE_MILLIS = 2_000;

  /** How long the rules watch that no signal comes. */
  private static final long QUIET_MILLIS = 50;

  public BufferedContentTckTest() {
    super(new TestEnvironment(PATIENCE_MILLIS, QUIET_MILLIS));
  }

  @Override
  public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
    return Body.of(new byte[(int) elements]).observed(new BodyObserver() {}).content();
  }

  /** Never fails. */
  @Override
  public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
    return null;
  }

  /** All bytes are one buffer. */
  @Override
  public long maxElementsFromPublisher() {
    return 1;
  }
}
