package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.call.Answer;
import io.tinyscale.trace.Crossing;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.trace.TraceContext;
import io.tinyscale.upstream.FakeServers.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers are told of the request that a call came with. */
class TracedCallsTest {

  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final RequestTrace TRACE =
      new RequestTrace("moodle-4711", new TraceContext(TRACE_ID, true, "congo=t61rcWkgMzE"));

  private final TestBalancer balancer = new TestBalancer(2);
  private final Set<String> parents = new HashSet<>();

  private Answer call(String call, String query) {
    return balancer
        .handle(
            new ApiRequest(
                "GET",
                ApiCall.named(call),
                TestBalancer.signed(call, query),
                new Crossing(List.of(new Header("User-Agent", "Moodle")), TRACE),
                "",
                Body.EMPTY,
                () -> ""))
        .getNow(null);
  }

  private void assertTold(int server) {
    List<Header> headers = balancer.bbb(server).lastRequest().headers();
    assertThat(headers)
        .contains(
            new Header("X-Request-ID", "moodle-4711"),
            new Header("tracestate", "congo=t61rcWkgMzE"))
        .filteredOn(header -> header.is("traceparent"))
        .singleElement()
        .satisfies(
            parent -> {
              assertThat(parent.value()).matches("00-" + TRACE_ID + "-[0-9a-f]{16}-01");
              parents.add(parent.value());
            });
  }

  @ParameterizedTest
  @CsvSource({
    "getMeetingInfo, meetingID=math",
    "create, meetingID=math",
    "end, meetingID=math",
    "newCall, meetingID=math"
  })
  void theServerOfAMeetingIsTold(String call, String query) {
    balancer.bbb(1).holds("math");
    balancer.sweep(1);

    call(call, query);

    assertTold(1);
    assertThat(balancer.bbb(1).lastRequest().headers())
        .contains(new Header("User-Agent", "Moodle"));
  }

  @ParameterizedTest
  @CsvSource({
    "getMeetings, a=1",
    "getRecordings, a=1",
    "deleteRecordings, recordID=r",
    "getRecordingTextTracks, recordID=r",
    "hooks/list, a=1",
    "hooks/create, callbackURL=https%3A%2F%2Ffe.example.org",
    "hooks/destroy, hookID=1"
  })
  void allServersAreToldEachInASpanOfItsOwn(String call, String query) {
    balancer.bbb(1).withWebhooks();
    balancer.bbb(2).withWebhooks();

    call(call, query);

    assertTold(1);
    assertTold(2);
    assertThat(parents).hasSize(2);
  }

  @Test
  void eachAttemptIsASpanOfItsOwn() {
    balancer.bbb(1).is(Fault.REFUSES, "create");
    balancer.bbb(2).is(Fault.REFUSES, "create");

    call("create", "meetingID=math");

    assertTold(1);
    assertTold(2);
    assertThat(parents).hasSize(2);
  }

  @Test
  void aJoinTakesNothingOfItAlong() {
    balancer.bbb(1).holds("math");

    String location = ((Answer.Redirect) call("join", "meetingID=math&fullName=x")).location();

    assertThat(location).doesNotContain("moodle-4711", TRACE_ID);
  }

  @Test
  void aQuestionOfOurOwnBelongsToNoRequest() {
    balancer.bbb(1).holds("math");

    call("join", "meetingID=math&fullName=x");

    assertThat(balancer.bbb(1).lastRequest().headers())
        .containsExactly(new Header("Accept", "*/*"));
  }
}
