package io.tinyscale.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.body.Pieces;
import io.tinyscale.server.Server;
import io.tinyscale.trace.Crossing;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCallsTest {

  private static final Duration SHORTLY = Duration.ofMillis(1);
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final QueryString MEETING = new QueryString("meetingID=a+b%2Fc");
  private static final String LIST =
      "<response><returncode>SUCCESS</returncode><meetings>"
          + "<meeting><meetingID>a</meetingID></meeting>"
          + "<meeting><meetingID>é</meetingID></meeting></meetings></response>";

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer fake = servers.add("bbb1");
  private final Server server = fake.server();
  private final ServerCalls calls = calls(servers);
  private final Cancellation caller = new Cancellation();
  private final List<String> listed = new ArrayList<>();

  private ServerCalls calls(Upstream upstream) {
    return new ServerCalls(upstream, time, Runnable::run, time::nanos);
  }

  private CompletableFuture<Outcome> send() {
    return calls
        .send(
            server, ApiCall.GET_MEETING_INFO, MEETING, Crossing.NOTHING, calls.in(PATIENCE), caller)
        .thenApply(Attempted::outcome)
        .toCompletableFuture();
  }

  private CompletableFuture<Reply> ask(ServerCalls through) {
    return through
        .ask(server, ApiCall.GET_MEETING_INFO, MEETING, through.in(PATIENCE), caller)
        .toCompletableFuture();
  }

  private CompletableFuture<Reply> ask() {
    return ask(calls);
  }

  private CompletableFuture<Reply> list() {
    return calls
        .list(
            server,
            ApiCall.GET_MEETINGS,
            ListingKind.MEETINGS,
            QueryString.EMPTY,
            (ListedItem item) -> listed.add(item.meetingId()),
            calls.in(PATIENCE),
            caller)
        .toCompletableFuture();
  }

  private void streams(Pieces pieces) {
    fake.answers(
        "*",
        outcome ->
            new Outcome.Answered(
                200, List.of(new Header("Content-Type", "text/xml")), pieces.body()));
  }

  private static String causeOf(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Nothing.class);
    return ((Reply.Nothing) reply).cause();
  }

  @Test
  void signsTheQueryByteForByte() {
    send();

    assertThat(fake.lastRequest().method()).isEqualTo("GET");
    assertThat(fake.lastRequest().target())
        .matches("/bigbluebutton/api/getMeetingInfo\\?meetingID=a\\+b%2Fc&checksum=[0-9a-f]{64}");
    assertThat(fake.lastRequest().headers()).containsExactly(new Header("Accept", "*/*"));
    assertThat(fake.lastRequest().body().isEmpty()).isTrue();
  }

  private ServerCalls told(Upstream upstream, OutcomeListener listener) {
    return new ServerCalls(upstream, time, Runnable::run, time::nanos, listener);
  }

  @Test
  void anAttemptWithoutMemoryFailsAndIsNoAnswerOfTheServer() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    List<Throwable> bugs = new ArrayList<>();
    ServerCalls starved =
        told(
            (request, cancellation) -> {
              throw error;
            },
            new OutcomeListener() {
              @Override
              public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
                bugs.add(bug.getCause() == null ? bug : bug.getCause());
              }
            });

    assertThat(
            starved.send(
                server,
                ApiCall.GET_MEETING_INFO,
                MEETING,
                Crossing.NOTHING,
                starved.in(PATIENCE),
                caller))
        .isCompletedExceptionally();
    assertThat(ask(starved)).isCompletedWithValue(new Reply.Overloaded(server));
    assertThat(bugs).containsExactly(error);
  }

  /** Throws whatever it is told, and remembers what it threw. */
  private static final class Broken implements OutcomeListener {

    private final List<String> bugs = new ArrayList<>();
    private final Error error = new OutOfMemoryError("Java heap space");

    @Override
    public void answered(Server server, ApiCall call) {
      throw new IllegalStateException("answered");
    }

    @Override
    public void failed(Server server, ApiCall call, String cause) {
      throw error;
    }

    @Override
    public void unheard(Server server, long asked, boolean refused) {
      throw error;
    }

    @Override
    public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
      bugs.add(bug.getMessage());
      throw new IllegalStateException("and once more");
    }
  }

  @Test
  void aListenerThatThrowsChangesNoAnswer() {
    Broken broken = new Broken();
    ServerCalls watched = told(servers, broken);

    assertThat(ask(watched)).isCompletedWithValueMatching(Reply.Said.class::isInstance);

    assertThat(broken.bugs).containsExactly("answered");
  }

  @Test
  void aListenerThatThrowsKeepsNoCallWaiting() {
    Broken broken = new Broken();
    ServerCalls watched = told(servers, broken);
    fake.is(Fault.SILENT);
    CompletableFuture<Reply> silent = ask(watched);

    time.advance(PATIENCE);

    assertThat(silent).isCompleted();
    assertThat(causeOf(silent.join())).isEqualTo("no answer in time");
    assertThat(broken.bugs).as("in doubt, then too late").hasSize(2);
    assertThat(time.alarms()).isZero();
  }

  @Test
  void signsAnEmptyQuery() {
    list();

    assertThat(fake.lastRequest().target())
        .matches("/bigbluebutton/api/getMeetings\\?checksum=[0-9a-f]{64}");
  }

  @Test
  void theSignedAddressIsComplete() {
    assertThat(ServerCalls.signedAddress(server, ApiCall.JOIN, new QueryString("&fullName=A+B")))
        .matches(
            "https://bbb1\\.example\\.org/bigbluebutton/api/join"
                + "\\?&fullName=A\\+B&checksum=[0-9a-f]{64}");
  }

  @Test
  void aRequestPrintsWithoutItsQuery() {
    send();

    assertThat(fake.lastRequest()).hasToString("GET bbb1/bigbluebutton/api/getMeetingInfo");
  }

  @Test
  void passesHeadersOfTheCallerOn() {
    calls.send(
        server,
        ApiCall.END,
        MEETING,
        new Crossing(List.of(new Header("User-Agent", "moodle")), RequestTrace.NONE),
        calls.in(PATIENCE),
        caller);

    assertThat(fake.lastRequest().headers())
        .containsExactlyInAnyOrder(new Header("User-Agent", "moodle"), new Header("Accept", "*/*"));
  }

  @Test
  void readsASmallAnswer() {
    fake.holds("a b/c");

    Reply reply = ask().join();

    assertThat(reply).isInstanceOf(Reply.Said.class);
    assertThat(((Reply.Said) reply).content().text("meetingID")).isEqualTo("a b/c");
    assertThat(((Reply.Said) reply).body().bytes()).isPresent();
    assertThat(time.alarms()).isZero();
  }

  @Test
  void givesUpAtTheDeadline() {
    fake.is(Fault.SILENT);
    CompletableFuture<Reply> reply = ask();

    time.advance(PATIENCE.minus(SHORTLY));
    assertThat(reply).isNotDone();
    time.advance(SHORTLY);

    assertThat(causeOf(reply.join())).contains("in time");
    assertThat(caller.isCancelled()).isFalse();
    assertThat(time.alarms()).isZero();
  }

  @Test
  void discardsAnAnswerThatComesTooLate() {
    Pieces late = new Pieces();
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    ServerCalls slow = calls((request, cancellation) -> outcome);
    CompletableFuture<Reply> reply = ask(slow);
    time.advance(PATIENCE);

    outcome.complete(new Outcome.Answered(200, List.of(), late.body()));

    assertThat(causeOf(reply.join())).contains("in time");
    assertThat(late.isCancelled()).isTrue();
  }

  @Test
  void givesUpAnAnswerThatStallsInTheMiddle() {
    Pieces stalling = new Pieces();
    streams(stalling);
    CompletableFuture<Reply> reply = ask();

    stalling.add("<response><returncode>SUCC");
    time.advance(PATIENCE);

    assertThat(causeOf(reply.join())).contains("in time");
  }

  @Test
  void endsTheAttemptWhenTheCallerLeaves() {
    fake.is(Fault.SILENT);
    CompletableFuture<Outcome> outcome = send();

    caller.cancel();

    assertThat(outcome.join()).isInstanceOf(Outcome.NoAnswer.class);
    assertThat(time.alarms()).isZero();
  }

  @Test
  void tellsTheUpstreamToEndTheAttemptAtTheDeadline() {
    List<Cancellation> cancellations = new ArrayList<>();
    ServerCalls silent =
        calls(
            (request, cancellation) -> {
              cancellations.add(cancellation);
              return new CompletableFuture<>();
            });
    ask(silent);

    time.advance(PATIENCE);

    assertThat(cancellations).hasSize(1).allMatch(Cancellation::isCancelled);
  }

  @Test
  void anUpstreamThatThrowsIsNoAnswer() {
    ServerCalls throwing =
        calls(
            (request, cancellation) -> {
              throw new IllegalArgumentException("Illegal character in " + request.target());
            });

    assertThat(causeOf(ask(throwing).join())).isEqualTo("IllegalArgumentException");
  }

  @Test
  void anUpstreamThatFailsIsNoAnswer() {
    ServerCalls failing =
        calls(
            (request, cancellation) ->
                CompletableFuture.failedStage(new IllegalStateException(request.target())));

    assertThat(causeOf(ask(failing).join())).isEqualTo("IllegalStateException");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 301, 302, 404, 413, 500, 502, 504})
  void anotherStatusThan200IsNoAnswer(int status) {
    fake.answersPage("*", status);

    assertThat(causeOf(ask().join())).isEqualTo("HTTP " + status);
    assertThat(causeOf(list().join())).isEqualTo("HTTP " + status);
  }

  @Test
  void aPageIsNoAnswer() {
    fake.answersPage("*", 200);

    assertThat(causeOf(ask().join())).isEqualTo("an HTML page");
    assertThat(causeOf(list().join())).isEqualTo("an HTML page");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "OK", "{}", "<response/>", "<html/>", "<response><returncode>"})
  void garbageIsNoAnswer(String garbage) {
    fake.answers("*", garbage);

    assertThat(ask().join()).isInstanceOf(Reply.Nothing.class);
  }

  @Test
  void discardsAPage() {
    Pieces page = new Pieces();
    fake.answers("*", outcome -> new Outcome.Answered(503, List.of(), page.body()));

    ask();

    assertThat(page.isCancelled()).isTrue();
  }

  @Test
  void anAnswerThatIsTooLargeIsNoAnswer() {
    Pieces endless = new Pieces();
    streams(endless);
    CompletableFuture<Reply> reply = ask();

    endless.add("<response><returncode>SUCCESS</returncode>");
    for (int i = 0; i < 20; i++) {
      endless.add("<x>".repeat(50_000));
    }

    assertThat(causeOf(reply.join())).contains("longer than");
    assertThat(endless.isCancelled()).isTrue();
  }

  @Test
  void aRefusedChecksumMeansAWrongSecret() {
    fake.answers(
        "*",
        "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
            + "</response>");

    assertThat(ask().join()).isEqualTo(new Reply.WrongSecret(server));
    assertThat(list().join()).isEqualTo(new Reply.WrongSecret(server));
  }

  @Test
  void aRefusedConnectionMayBeTriedElsewhere() {
    fake.is(Fault.REFUSES);

    Outcome outcome = send().join();

    assertThat(outcome.mayTryAnotherServer(ApiCall.CREATE)).isTrue();
    assertThat(causeOf(ask().join())).isEqualTo("Connection refused");
  }

  @Test
  void onlyAReadOnlyCallIsTriedElsewhereAfterALostAnswer() {
    fake.is(Fault.LOSES_ANSWERS);

    Outcome outcome = send().join();

    assertThat(outcome.mayTryAnotherServer(ApiCall.CREATE)).isFalse();
    assertThat(outcome.mayTryAnotherServer(ApiCall.END)).isFalse();
    assertThat(outcome.mayTryAnotherServer(ApiCall.GET_MEETING_INFO)).isTrue();
    assertThat(FakeServers.answer(500, List.of(), "x").mayTryAnotherServer(ApiCall.GET_MEETINGS))
        .isFalse();
  }

  // Answers that come in pieces.

  private static final String REST = "x".repeat(60_000);

  private CompletableFuture<Attempted> attempt() {
    return calls
        .send(
            server, ApiCall.GET_MEETING_INFO, MEETING, Crossing.NOTHING, calls.in(PATIENCE), caller)
        .toCompletableFuture();
  }

  @Test
  void handsAStreamedAnswerOnAsSoonAsItSaysSuccess() {
    Pieces pieces = new Pieces();
    streams(pieces);
    CompletableFuture<Attempted> attempt = attempt();

    pieces.add("<response><returncode>SUC");
    assertThat(attempt).isNotDone();
    pieces.add("CESS</returncode>");

    assertThat(attempt.join().answer())
        .isInstanceOfSatisfying(
            ServerAnswer.Said.class, said -> assertThat(said.succeeded()).isTrue());
    CompletableFuture<byte[]> whole =
        BodyCollector.collect(((Outcome.Answered) attempt.join().outcome()).body(), 1 << 20)
            .toCompletableFuture();
    pieces.add(REST).add("</response>").complete();
    assertThat(whole.join())
        .asString()
        .isEqualTo("<response><returncode>SUCCESS</returncode>" + REST + "</response>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"z", "<html><body>", "<page>", "{"})
  void judgesTheBeginningOfALongAnswer(String beginning) {
    Pieces pieces = new Pieces();
    streams(pieces);
    CompletableFuture<Attempted> attempt = attempt();

    pieces.add(beginning + REST.substring(0, 20_000));
    assertThat(attempt).isNotDone();
    pieces.add(REST.substring(20_000));

    assertThat(attempt.join().answer())
        .isInstanceOfSatisfying(
            ServerAnswer.NotBbb.class,
            junk -> assertThat(junk.defect()).isEqualTo("not a BBB answer"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLongRefusalOfTheChecksumMeansAWrongSecret(boolean list) {
    streams(
        Pieces.of(
            ("<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
                    + "<message>"
                    + REST
                    + "</message></response>")
                .getBytes(StandardCharsets.UTF_8),
            8192));

    assertThat((list ? list() : ask()).join()).isEqualTo(new Reply.WrongSecret(server));
  }

  @Test
  void aSmallStreamedAnswerIsInMemory() {
    Pieces pieces = new Pieces();
    streams(pieces);
    CompletableFuture<Attempted> attempt = attempt();

    pieces.add("<response><returncode>FAILED</returncode>").add("</response>").complete();

    assertThat(((Outcome.Answered) attempt.join().outcome()).body().bytes()).isPresent();
  }

  @Test
  void anAnswerThatBreaksOffAtItsBeginningIsNoAnswer() {
    Pieces pieces = new Pieces();
    streams(pieces);
    CompletableFuture<Attempted> attempt = attempt();

    pieces.add("<response>").fail(new IOException("Connection reset"));

    assertThat(attempt.join().outcome()).isInstanceOf(Outcome.NoAnswer.class);
    assertThat(attempt.join().cause()).isEqualTo("Connection reset");
  }

  @Test
  void aBodyThatThrowsIsNoAnswer() {
    fake.answers(
        "*",
        outcome ->
            new Outcome.Answered(
                200,
                List.of(),
                new Body(
                    -1,
                    subscriber -> {
                      throw new IllegalStateException("bug");
                    })));

    assertThat(attempt().join().cause()).isEqualTo("IllegalStateException");
  }

  private CompletableFuture<Outcome> sendBody(Body body) {
    return calls
        .sendBody(server, ApiCall.CREATE, MEETING, Crossing.NOTHING, body, PATIENCE, caller)
        .thenApply(Attempted::outcome)
        .toCompletableFuture();
  }

  @ParameterizedTest
  @CsvSource({
    "getMeetingInfo, true",
    "hooks/list, true",
    "create, true",
    "end, true",
    "publishRecordings, true",
    "deleteRecordings, true",
    "updateRecordings, true",
    "hooks/create, true",
    "hooks/destroy, true",
    "insertDocument, false",
    "sendChatMessage, false",
    "putRecordingTextTrack, false",
    "callOfANewRelease, false"
  })
  void allowsToRepeatWhatMayComeTwice(String name, boolean mayRepeat) {
    ApiCall call = ApiCall.named(name);

    calls.send(server, call, MEETING, Crossing.NOTHING, calls.in(PATIENCE), caller);
    assertThat(fake.lastRequest().mayRepeat()).isEqualTo(mayRepeat);

    calls.sendBody(server, call, MEETING, Crossing.NOTHING, Body.of("<x/>"), PATIENCE, caller);
    assertThat(fake.lastRequest().mayRepeat()).as("with a body").isFalse();
  }

  @Test
  void theTimeForAnAnswerBeginsAfterTheBody() {
    fake.is(Fault.SILENT);
    Pieces body = new Pieces();
    CompletableFuture<Outcome> outcome = sendBody(body.body());

    time.advance(PATIENCE.multipliedBy(10));
    body.add("<modules/>").complete();
    time.advance(PATIENCE.minus(SHORTLY));
    assertThat(outcome).isNotDone();
    time.advance(SHORTLY);

    assertThat(outcome.join()).isInstanceOf(Outcome.NoAnswer.class);
    assertThat(fake.lastRequest().method()).isEqualTo("POST");
    assertThat(fake.bodies()).containsExactly("<modules/>");
  }

  @Test
  void aBodyThatBreaksOffIsNoAnswer() {
    Pieces body = new Pieces();
    CompletableFuture<Outcome> outcome = sendBody(body.body());

    body.add("<mod").fail(new IOException("caller left"));

    assertThat(outcome.join()).isInstanceOf(Outcome.NoAnswer.class);
  }

  static IntStream sizes() {
    return IntStream.of(1, 2, 3, 5, 8, 13, 100, 10_000);
  }

  @ParameterizedTest(name = "{0} bytes")
  @MethodSource("sizes")
  void readsAListInPieces(int size) {
    streams(Pieces.of(LIST.getBytes(StandardCharsets.UTF_8), size));

    Reply reply = list().join();

    assertThat(reply).isInstanceOf(Reply.Said.class);
    assertThat(listed).containsExactly("a", "é");
    assertThat(time.alarms()).isZero();
  }

  @Test
  void asksForTheNextPieceOnlyWhenTheLastOneIsRead() {
    List<Runnable> work = new ArrayList<>();
    ServerCalls lazy = new ServerCalls(servers, time, work::add, time::nanos);
    Pieces pieces = new Pieces();
    streams(pieces);
    lazy.list(
        server,
        ApiCall.GET_MEETINGS,
        ListingKind.MEETINGS,
        QueryString.EMPTY,
        item -> {},
        lazy.in(PATIENCE),
        caller);

    pieces.add("<response><returncode>SUCCESS</returncode>");
    assertThat(pieces.demand()).isZero();
    work.remove(0).run();

    assertThat(pieces.demand()).isOne();
  }

  @Test
  void aStalledListFailsAtTheDeadline() {
    Pieces stalling = new Pieces();
    streams(stalling);
    CompletableFuture<Reply> reply = list();

    stalling.add(LIST.substring(0, 120));
    time.advance(PATIENCE);

    assertThat(causeOf(reply.join())).contains("in time");
    assertThat(stalling.isCancelled()).isTrue();
  }

  @Test
  void aCutListFails() {
    Pieces cut = new Pieces();
    streams(cut);
    CompletableFuture<Reply> reply = list();

    cut.add(LIST.substring(0, LIST.length() - 1)).complete();

    assertThat(reply.join()).isInstanceOf(Reply.Nothing.class);
  }

  @Test
  void aListFailsIfItsConnectionBreaks() {
    Pieces broken = new Pieces();
    streams(broken);
    CompletableFuture<Reply> reply = list();

    broken.add(LIST).fail(new IOException("Connection reset"));

    assertThat(causeOf(reply.join())).isEqualTo("Connection reset");
  }

  @Test
  void aBrokenListIsGivenUpAtOnce() {
    Pieces broken = new Pieces();
    streams(broken);
    CompletableFuture<Reply> reply = list();

    broken.add("<response><returncode>SUCCESS</returncode><meetings><!DOCTYPE a>");

    assertThat(reply.join()).isInstanceOf(Reply.Nothing.class);
    assertThat(broken.isCancelled()).isTrue();
  }

  @Test
  void aListIsGivenUpWhenTheCallerLeaves() {
    Pieces pieces = new Pieces();
    streams(pieces);
    CompletableFuture<Reply> reply = list();

    caller.cancel();

    assertThat(reply.join()).isInstanceOf(Reply.Nothing.class);
    assertThat(pieces.isCancelled()).isTrue();
  }

  @Test
  void aListReportsAFailedCall() {
    fake.answers(
        "*", "<response><returncode>FAILED</returncode><messageKey>k</messageKey></response>");

    Reply reply = list().join();

    assertThat(((Reply.Said) reply).content().messageKey()).isEqualTo("k");
  }

  @Test
  void aReaderOfItemsThatThrowsEndsTheList() {
    streams(Pieces.of(LIST.getBytes(StandardCharsets.UTF_8), 10));

    Reply reply =
        calls
            .list(
                server,
                ApiCall.GET_MEETINGS,
                ListingKind.MEETINGS,
                QueryString.EMPTY,
                item -> {
                  throw new IllegalStateException(item.meetingId());
                },
                calls.in(PATIENCE),
                caller)
            .toCompletableFuture()
            .join();

    assertThat(causeOf(reply)).isEqualTo("IllegalStateException");
  }
}
