package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.observe.LogSettings.Calls;
import io.tinyscale.trace.Crossing;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.trace.TraceContext;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lines of the logger {@code tinyscale.calls}. */
class CallLogTest {

  private static final Duration NEVER = Duration.ZERO;
  private static final RequestTrace TRACE =
      new RequestTrace(
          "moodle-4711", new TraceContext("0af7651916cd43dd8448eb211c80319c", true, ""));

  private final Logger logger = Logger.getLogger("tinyscale.calls");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final TestBalancer balancer = new TestBalancer(2);

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
  }

  private CompletableFuture<Answer> calling(String call, String query, Body body) {
    return balancer.handle(
        new ApiRequest(
            body.isEmpty() ? "GET" : "POST",
            ApiCall.named(call),
            TestBalancer.signed(call, query),
            new Crossing(List.of(), TRACE),
            body.isEmpty() ? "" : "application/xml",
            body,
            () -> "192.0.2.7"));
  }

  private void call(String call, String query) {
    calling(call, query, Body.EMPTY).join();
  }

  private static String end(String rest) {
    return rest + " tenant=house request=moodle-4711 trace=0af7651916cd43dd8448eb211c80319c";
  }

  @Test
  void aFailedCallHasOneLineWithAllThatIsKnown() {
    balancer.withLog(Calls.FAILED, NEVER);
    balancer.bbb(1).holds("math 101");
    balancer.sweep(1);
    balancer.bbb(1).is(Fault.SILENT, "create");
    CompletableFuture<Answer> create =
        calling("create", "meetingID=math%20101&name=Private", Body.of("<modules/>"));
    assertThat(lines).isEmpty();

    balancer.time.advance(TestBalancer.CREATE);

    int sent = (int) create.join().body().length();
    assertThat(lines)
        .containsExactly(
            end(
                "WARNING call=create meeting=\"math 101\" server=bbb1 outcome=failed"
                    + " key=internalError ms=30000 in=10 out="
                    + sent));
  }

  @Test
  void healthyCallsWriteNothing() {
    balancer.bbb(1).holds("math");

    call("getMeetingInfo", "meetingID=math");
    call("getMeetings", "");
    call("join", "meetingID=math&fullName=Zaphod&password=secret");
    call("getMeetingInfo", "meetingID=gone");
    call("getMeetingInfo", "");
    balancer.handle("GET", "end", new QueryString("meetingID=math"), "", Body.EMPTY);

    assertThat(lines).isEmpty();
  }

  @Test
  void allCallsAreLoggedIfAskedFor() {
    balancer.withLog(Calls.ALL, NEVER);
    balancer.bbb(1).holds("math");

    call("getMeetingInfo", "meetingID=math&x=1");
    call("join", "meetingID=math&fullName=Zaphod&password=secret");
    call("isMeetingRunning", "meetingID=gone");
    call("getMeetingInfo", "meetingID=gone");

    assertThat(lines)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(
                        "INFO call=getMeetingInfo meeting=math server=bbb1 outcome=relayed ms=0"
                            + " in=0 out="),
            line ->
                assertThat(line)
                    .isEqualTo(
                        end(
                            "INFO call=join meeting=math server=bbb1 outcome=redirected ms=0 in=0"
                                + " out=0")),
            line ->
                assertThat(line)
                    .startsWith("INFO call=isMeetingRunning meeting=gone outcome=answered ms=0"),
            line ->
                assertThat(line)
                    .startsWith(
                        "INFO call=getMeetingInfo meeting=gone outcome=declined key=notFound ms=0"));
    assertThat(lines).noneMatch(line -> line.matches(".*(Zaphod|secret|x=1|192\\.0).*"));
  }

  @Test
  void aForgedCallTellsNothingOfItsParameters() {
    balancer.withLog(Calls.ALL, NEVER);

    balancer.handle("GET", "end", new QueryString("meetingID=forged"), "", Body.EMPTY);

    assertThat(lines)
        .singleElement()
        .asString()
        .matches(
            "INFO call=end outcome=denied key=checksumError ms=0 in=0 out=\\d+"
                + " request=[0-9a-f]{16}");
  }

  @Test
  void aJoinThatFailsWithARedirectHasFailed() {
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.bbb(2).is(Fault.REFUSES);

    call("join", "meetingID=math&fullName=x&logoutURL=https%3A%2F%2Ffe.example.org");

    assertThat(lines)
        .containsExactly(
            end(
                "WARNING call=join meeting=math outcome=redirected key=internalError ms=0 in=0"
                    + " out=0"));
  }

  @Test
  void aServersOwnRefusalHasItsKeyAndIsNoFailure() {
    balancer.withLog(Calls.ALL, NEVER);
    balancer.bbb(1).answers("create", TestBalancer.failed("idNotUnique"));

    balancer.bbb(2).answers("create", TestBalancer.failed("idNotUnique"));

    call("create", "meetingID=math");

    assertThat(lines)
        .singleElement()
        .asString()
        .matches(
            "INFO call=create meeting=math server=bbb[12] outcome=relayed key=idNotUnique ms=0.*");
  }

  @Test
  void slowCallsAreLoggedToo() {
    balancer.withLog(Calls.FAILED, Duration.ofSeconds(2));
    balancer.bbb(1).holds("math");
    balancer.sweep(1);
    balancer.bbb(1).is(Fault.HOLDS, "getMeetingInfo");
    CompletableFuture<Answer> answer = calling("getMeetingInfo", "meetingID=math", Body.EMPTY);

    balancer.time.advance(Duration.ofMillis(2001));
    balancer.bbb(1).release();

    assertThat(answer).isDone();
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("INFO call=getMeetingInfo meeting=math server=bbb1 outcome=relayed ms=2001");
  }

  @Test
  void aCallThatTookAsLongAsAllowedIsNotSlow() {
    balancer.withLog(Calls.FAILED, Duration.ofSeconds(2));
    balancer.bbb(1).holds("math");
    balancer.sweep(1);
    balancer.bbb(1).is(Fault.HOLDS, "getMeetingInfo");
    calling("getMeetingInfo", "meetingID=math", Body.EMPTY);

    balancer.time.advance(Duration.ofSeconds(2));
    balancer.bbb(1).release();

    assertThat(lines).isEmpty();
  }

  @Test
  void offLogsNothingHoweverSlow() {
    balancer.withLog(Calls.OFF, Duration.ofMillis(1));
    balancer.bbb(1).holds("math");
    balancer.sweep(1);
    balancer.bbb(1).is(Fault.SILENT, "create");
    calling("create", "meetingID=math", Body.EMPTY);

    balancer.time.advance(TestBalancer.CREATE);

    assertThat(lines).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "ALL"})
  void anAnswerThatBreaksOffHasFailed(Calls logged) {
    balancer.withLog(logged, NEVER);
    balancer.bbb(1).holds("math");
    Pieces pieces = new Pieces();
    balancer.sweep(1);
    balancer
        .bbb(1)
        .answers("getMeetingInfo", outcome -> new Outcome.Answered(200, List.of(), pieces.body()));
    CompletableFuture<Answer> answer = calling("getMeetingInfo", "meetingID=math", Body.EMPTY);
    pieces.add("<response><returncode>SUCCESS</returncode><x>" + "a".repeat(40_000));
    BodyCollector.collect(answer.join().body(), 1 << 20);

    pieces.fail(new IOException("cut"));

    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith(
            "WARNING call=getMeetingInfo meeting=math server=bbb1 outcome=relayed ending=cut");
  }

  @Test
  void textFromOutsideForgesNoLine() {
    balancer.withLog(Calls.ALL, NEVER);

    call("isMeetingRunning", "meetingID=a%0Acall%3Dforged%20%22b%22");

    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("INFO call=isMeetingRunning meeting=\"a?call=forged \\\"b\\\"\" outcome=");
  }
}
