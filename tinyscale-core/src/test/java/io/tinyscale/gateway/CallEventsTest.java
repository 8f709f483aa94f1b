package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The events from which calls and attempts can be counted. */
class CallEventsTest {

  private static final String LONG_BEGINNING =
      "<response><returncode>SUCCESS</returncode><x>" + "a".repeat(40_000);

  private final TestBalancer balancer = new TestBalancer(2);

  static Stream<Arguments> calls() {
    return Stream.of(
        arguments("getMeetingInfo", "meetingID=math", "getMeetingInfo of house: RELAYED"),
        arguments("join", "meetingID=math&fullName=x", "join of house: REDIRECTED"),
        arguments("getMeetings", "", "getMeetings of house: ANSWERED"),
        arguments("getMeetingInfo", "meetingID=no", "getMeetingInfo of house: DECLINED"),
        arguments("join", "meetingID=no&fullName=x", "join of house: DECLINED"),
        arguments("getMeetingInfo", "", "getMeetingInfo of house: REFUSED"));
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

    assertThat(balancer.answered).containsExactly("end of : DENIED after PT0S");
  }

  @Test
  void aCallBeyondTheLimitIsReportedWithItsTenant() {
    balancer.withLimits(1, 100);
    balancer.bbb(1).is(Fault.SILENT);
    balancer.calling("getMeetings", "");

    balancer.call("getMeetings", "x=1");

    assertThat(balancer.answered).containsExactly("getMeetings of house: OVERLOADED after PT0S");
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

  @Test
  void tellsTheLengthOfAnAnswerInMemory() {
    Answer answer = balancer.call("getMeetings", "");

    int length = TestBalancer.text(answer).getBytes(StandardCharsets.UTF_8).length;
    assertThat(balancer.ended).containsExactly("getMeetings: " + length + " bytes after PT0S");
  }

  @Test
  void tellsTheLengthOfARefusal() {
    CompletableFuture<Answer> answer =
        balancer.handle("GET", "end", new QueryString("meetingID=math"), "", Body.EMPTY);

    int length = TestBalancer.text(answer.join()).length();
    assertThat(balancer.ended).containsExactly("end: " + length + " bytes after PT0S");
  }

  /** An answer that is long enough to be relayed before its end. */
  private Answer relayed(Pieces pieces) {
    balancer.bbb(1).holds("math");
    // Otherwise the server would be asked for the meeting first.
    balancer.sweep(1);
    balancer
        .bbb(1)
        .answers("getMeetingInfo", usual -> new Outcome.Answered(200, List.of(), pieces.body()));
    pieces.add(LONG_BEGINNING);
    return balancer.call("getMeetingInfo", "meetingID=math");
  }

  @Test
  void anAnswerOnItsWayEndsWithItsLastByte() {
    Pieces pieces = new Pieces();
    Answer answer = relayed(pieces);
    CompletableFuture<byte[]> read =
        BodyCollector.collect(answer.body(), Integer.MAX_VALUE).toCompletableFuture();
    balancer.time.advance(Duration.ofSeconds(2));
    assertThat(balancer.answered).hasSize(1);
    assertThat(balancer.ended).isEmpty();

    pieces.add("</x></response>").complete();

    assertThat(balancer.ended)
        .containsExactly("getMeetingInfo: " + read.join().length + " bytes after PT2S");
  }

  @Test
  void anAnswerThatBreaksOffEndsOnce() {
    Pieces pieces = new Pieces();
    BodyCollector.collect(relayed(pieces).body(), Integer.MAX_VALUE);

    pieces.fail(new IOException("gone"));
    balancer.caller.cancel();

    assertThat(balancer.ended)
        .containsExactly("getMeetingInfo: " + LONG_BEGINNING.length() + " bytes after PT0S");
  }

  @Test
  void tellsTheLengthOfABodyAsItComes() {
    Pieces pieces = new Pieces();
    balancer.handle(
        "POST",
        "create",
        TestBalancer.signed("create", "meetingID=math"),
        "application/xml",
        pieces.body());

    pieces.add("<modules>");
    pieces.add("</modules>").complete();

    assertThat(balancer.received).hasValue("<modules></modules>".length());
  }
}
