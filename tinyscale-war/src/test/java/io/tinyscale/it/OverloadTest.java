package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More calls than the limits allow, over real sockets, to a server that does not answer. */
@Tag("slow")
class OverloadTest {

  private static final int PLACES = 40;

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("slow", "quick");

  private final SimulatedServer slow = pool.server("slow");
  private final SimulatedServer quick = pool.server("quick");

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void answersAtOnceBeyondTheLimitAndServesAgainAfterwards(TestContainer.Kind kind)
      throws Exception {
    try (RunningFilter filter =
        pool.start(
            kind,
            "limit.calls.server",
            Integer.toString(PLACES),
            "cache.ttl",
            "0",
            "health.interval",
            "1s",
            "health.timeout",
            "900ms",
            "timeout.answer",
            "5s")) {
      FrontEnd moodle = filter.frontEnd();
      slow.meetings().create("slow-room");
      quick.meetings().create("quick-room");
      moodle.call("getMeetingInfo", "meetingID=slow-room");
      moodle.call("getMeetingInfo", "meetingID=quick-room");
      slow.fault("isMeetingRunning", Fault.stall());
      slow.resetCounters();

      List<CompletableFuture<HttpResponse<String>>> waiting =
          IntStream.range(0, PLACES)
              .mapToObj(
                  i ->
                      moodle.getAsync(
                          moodle.signed("isMeetingRunning", "meetingID=slow-room&n=" + i)))
              .toList();
      await().until(() -> slow.received("isMeetingRunning") == PLACES);

      // All at once, while none of the others is answered: that they come at all shows that they
      // wait for nobody.
      List<CompletableFuture<HttpResponse<String>>> beyond =
          IntStream.range(0, 3 * PLACES)
              .mapToObj(
                  i ->
                      moodle.getAsync(
                          moodle.signed("isMeetingRunning", "meetingID=slow-room&more=" + i)))
              .toList();
      for (CompletableFuture<HttpResponse<String>> refused : beyond) {
        assertThat(refused.join().body())
            .contains("FAILED", "serverOverloaded")
            .doesNotContain("<running>");
      }
      assertThat(slow.received("isMeetingRunning")).isEqualTo(PLACES);
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      assertThat(moodle.call("isMeetingRunning", "meetingID=quick-room")).contains("SUCCESS");
      HttpResponse<String> list = moodle.get(moodle.signed("getMeetings", ""));
      assertThat(list.body()).contains("quick-room").doesNotContain("slow-room");
      assertThat(list.headers().firstValue("X-Tinyscale-Partial")).contains("1");

      // Sweeps have connections of their own: the server is not down for being busy.
      long sweeps = slow.received("getMeetings");
      await().until(() -> slow.received("getMeetings") >= sweeps + 2);

      slow.clearFaults();
      waiting.forEach(call -> assertThat(call.join().body()).contains("internalError"));
      assertThat(moodle.call("isMeetingRunning", "meetingID=slow-room")).contains("SUCCESS");
      assertThat(moodle.call("getMeetings", "")).contains("slow-room", "quick-room");
    }
  }
}
