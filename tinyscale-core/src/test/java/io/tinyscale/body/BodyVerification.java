package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.util.List;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.ITestResult;
import org.testng.annotations.AfterMethod;

/**
 * The rules of Reactive Streams for the content of a {@link Body}, as its test kit checks them.
 *
 * <p>The kit skips a rule for three reasons; a rule that is skipped for any other reason fails
 * here:
 *
 * <ul>
 *   <li>It has no check for the rule. It lists seven such rules for every publisher.
 *   <li>The rule is optional, and the publisher does not follow it. A body is delivered to one
 *       subscriber, so the rules about several subscribers do not hold. One rule wants its number
 *       in the message of an exception.
 *   <li>The rule needs more elements than the publisher ever has.
 * </ul>
 */
public abstract class BodyVerification extends FlowPublisherVerification<ByteBuffer> {

  /** How long the rules wait for a signal: generous, for a busy machine. */
  private static final long PATIENCE_MILLIS = 2_000;

  /** How long the rules watch that no signal comes. */
  private static final long QUIET_MILLIS = 50;

  private static final List<String> REASONS_TO_SKIP =
      List.of(
          "Not verified by this TCK",
          "Skipped because tested publisher does NOT implement this OPTIONAL requirement",
          "Unable to run this test, as required elements nr");

  protected BodyVerification() {
    super(new TestEnvironment(PATIENCE_MILLIS, QUIET_MILLIS));
  }

  /** Fails if a rule was skipped for a reason of ours. */
  @AfterMethod(alwaysRun = true)
  public final void refuseOtherReasonsToSkip(ITestResult result) {
    Throwable reason = result.getThrowable();
    if (result.getStatus() == ITestResult.SKIP
        && (reason == null
            || REASONS_TO_SKIP.stream().noneMatch(String.valueOf(reason.getMessage())::contains))) {
      throw new AssertionError(result.getName() + " was skipped: " + reason);
    }
  }
}
