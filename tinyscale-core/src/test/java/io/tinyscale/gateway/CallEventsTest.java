package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The events from which calls and attempts can be counted. */
class CallEventsTest {

  private final TestBalancer balancer = new TestBalancer(2);

  static Stream<Arguments> calls() {
    return Stream.of(
        arguments("getMeetingInfo", "meetingID=math", "getMeetingInfo of house: RELAYED"),
        arguments("join", "meetingID=math&fullName=x", "join of house: REDIRECTED"),
        arguments("getMeetings", "", "getMeetings of house: ANSWERED"),
        arguments("getMeetingInfo", "meetingID=no", "getMeetingInfo of house: FAILED"),
        arguments("join", "meetingID=no&fullName=x", "join of house: FAILED"),
        arguments("getMeetingInfo", "", "getMeetingInfo of house: FAILED"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void reportsEachCallOnceWithItsOutcome(String call, String query, String event) {
    balancer.bbb(1).holds("math");

    balancer.call(call, query);

    assertThat(balancer.answered).containsExactly(event + " after PT0S");
  }

  @Test
  void aForgedCallIsReportedWithoutATenant() {
    balancer.handle("GET", "end", new QueryString("meetingID=math"), "", Body.EMPTY);

    assertThat(balancer.answered).containsExactly("end of : REFUSED after PT0S");
  }

  @Test
  void aCallBeyondTheLimitIsReportedWithItsTenant() {
    balancer.withLimits(1, 100);
    balancer.bbb(1).is(Fault.SILENT);
    balancer.calling("getMeetings", "");

    balancer.call("getMeetings", "x=1");

    assertThat(balancer.answered).containsExactly("getMeetings of house: REFUSED after PT0S");
  }

  @Test
  void theDurationsAreThoseOfTheClock() {
    balancer.bbb(1).is(Fault.SILENT);
    balancer.bbb(2).is(Fault.REFUSES);
    balancer.calling("getMeetings", "");

    balancer.time.advance(TestBalancer.LIST);

    assertThat(balancer.answered)
        .containsExactly("getMeetings of house: FAILED after " + TestBalancer.LIST);
    assertThat(balancer.attempts)
        .containsExactly(
            "bbb2 getMeetings: NOT_SENT after " + Duration.ZERO,
            "bbb1 getMeetings: NO_ANSWER after " + TestBalancer.LIST);
  }

  @Test
  void tellsHowEachAttemptEnded() {
    balancer.bbb(1).answers("getMeetings", TestBalancer.failed("checksumError"));
    balancer.bbb(2).answersPage("getMeetings", 502);

    balancer.call("getMeetings", "");

    assertThat(balancer.attempts)
        .containsExactly(
            "bbb1 getMeetings: SECRET_REFUSED after PT0S", "bbb2 getMeetings: NOT_BBB after PT0S");
  }

  @Test
  void anAbandonedAttemptIsNoFailure() {
    balancer.bbb(1).holds("math");
    balancer.call("getMeetingInfo", "meetingID=math");
    balancer.attempts.clear();
    balancer.bbb(1).is(Fault.SILENT);
    balancer.calling("end", "meetingID=math");

    balancer.caller.cancel();

    assertThat(balancer.attempts).containsExactly("bbb1 end: CANCELLED after PT0S");
  }
}
