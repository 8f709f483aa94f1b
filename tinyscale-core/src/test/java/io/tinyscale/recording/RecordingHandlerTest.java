package io.tinyscale.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.FakeServers.Fault;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordingHandlerTest {

  private static final String PUBLISH = "recordID=r1&publish=true";
  private static final String SUCCESS =
      "<response><returncode>SUCCESS</returncode><published>true</published></response>";

  private final TestBalancer balancer = new TestBalancer(3);

  @Test
  void oneSuccessIsTheAnswer() {
    balancer.bbb(1).answers("publishRecordings", TestBalancer.failed("notFound"));
    balancer.bbb(2).answers("publishRecordings", SUCCESS);
    balancer.bbb(3).is(Fault.REFUSES);

    assertThat(balancer.reply("publishRecordings", PUBLISH).text("published")).isEqualTo("true");
  }

  @Test
  void anotherErrorTakesPrecedenceOverNotFound() {
    balancer.bbb(1).answers("publishRecordings", TestBalancer.failed("notFound"));
    balancer.bbb(2).answers("publishRecordings", TestBalancer.failed("cannotPublish"));
    balancer.bbb(3).is(Fault.REFUSES);

    assertThat(balancer.key("publishRecordings", PUBLISH)).isEqualTo("cannotPublish");
  }

  @Test
  void notFoundNeedsAnAnswerOfEveryServer() {
    for (int number = 1; number <= 3; number++) {
      balancer.bbb(number).answers("publishRecordings", TestBalancer.failed("notFound"));
    }
    assertThat(balancer.key("publishRecordings", PUBLISH)).isEqualTo("notFound");

    balancer.bbb(2).is(Fault.REFUSES);

    assertThat(balancer.key("publishRecordings", PUBLISH)).isEqualTo("internalError");
    assertThat(balancer.events)
        .containsExactly("failed publishRecordings on bbb2: Connection refused");
  }

  @Test
  void doesNotWaitForAServerThatIsDown() {
    balancer.bbb(1).is(Fault.SILENT);
    balancer.goesDown(1);
    balancer.bbb(2).answers("publishRecordings", SUCCESS);

    CompletableFuture<Answer> answer = balancer.calling("publishRecordings", PUBLISH);

    assertThat(answer).as("without a step of the clock").isDone();
    assertThat(balancer.bbb(1).count("publishRecordings")).isZero();
  }

  @Test
  void aServerThatIsDownMayHoldTheRecording() {
    balancer.goesDown(1);
    balancer.bbb(2).answers("deleteRecordings", TestBalancer.failed("notFound"));
    balancer.bbb(3).answers("deleteRecordings", TestBalancer.failed("notFound"));

    assertThat(balancer.key("deleteRecordings", "recordID=r1")).isEqualTo("internalError");
  }

  @Test
  void theSearchForAnOwnerDoesNotWaitForAServerThatIsDown() {
    balancer.bbb(1).is(Fault.SILENT);
    balancer.goesDown(1);

    CompletableFuture<Answer> answer =
        balancer.calling("getRecordingTextTracks", "recordID=unknown");

    assertThat(answer).isDone();
    assertThat(TestBalancer.text(answer.join())).contains("internalError");
    assertThat(balancer.bbb(1).count("getRecordings")).isZero();
  }

  @Test
  void aRecordingThatItsServerHasNoMoreIsLookedForElsewhere() {
    balancer.bbb(1).recorded("r1", "math", 1);
    assertThat(tracks()).contains("SUCCESS");
    balancer.bbb(1).lost("r1");
    balancer.bbb(2).recorded("r1", "math", 1);

    assertThat(tracks()).contains("SUCCESS");

    balancer.bbb(2).lost("r1");
    assertThat(tracks()).contains("noRecordings");
  }

  @Test
  void aRecordingThatItsServerHasNoMoreIsInDoubtWhileAnotherServerIsSilent() {
    balancer.bbb(1).recorded("r1", "math", 1);
    assertThat(tracks()).contains("SUCCESS");
    balancer.bbb(1).lost("r1");
    balancer.bbb(2).is(Fault.REFUSES);

    assertThat(tracks()).contains("internalError");
  }

  private String tracks() {
    return TestBalancer.text(balancer.call("getRecordingTextTracks", "recordID=r1"));
  }

  @Test
  void answersServerOverloadedBeyondTheLimit() {
    balancer.withLimits(1000, 1);
    balancer.bbb(1).is(Fault.SILENT);
    balancer.bbb(2).answers("publishRecordings", TestBalancer.failed("notFound"));
    balancer.bbb(3).answers("publishRecordings", TestBalancer.failed("notFound"));
    balancer.calling("publishRecordings", PUBLISH);

    assertThat(balancer.key("publishRecordings", PUBLISH)).isEqualTo("serverOverloaded");
  }
}
