package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that tinyscale must refuse, on the wire. */
class HostileCallersTest {

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String FORM_HEAD =
      "POST /bigbluebutton/api/end HTTP/1.1\r\nHost: x\r\nContent-Type: "
          + FORM
          + "\r\nContent-Length: 61000\r\n\r\n";

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private final SimulatedServer server = pool.server("one");

  @BeforeEach
  void createMeeting() {
    server.meetings().create("math");
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void refusesMissingForgedAndDoubledChecksums(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd mallory = new FrontEnd(filter.port(), "guessed");
      FrontEnd moodle = filter.frontEnd();
      String good = "meetingID=math&checksum=" + moodle.checksum("end", "meetingID=math");
      server.resetCounters();

      List<URI> attempts =
          List.of(
              mallory.unsigned("end", "meetingID=math"),
              mallory.signed("end", "meetingID=math"),
              mallory.unsigned("end", "meetingID=math&checksum=" + "0".repeat(39)),
              mallory.unsigned("end", "meetingID=math&checksum=" + "z".repeat(64)),
              mallory.unsigned("end", "meetingID=math&checksum="),
              moodle.unsigned("end", good + "&checksum=" + "0".repeat(64)),
              moodle.unsigned("end", good + "&" + good.substring(good.indexOf("checksum"))),
              moodle.unsigned("end", good + "&%63hecksum=0"),
              moodle.unsigned("end", good + "&meetingID=other"),
              // Signed for another call.
              moodle.unsigned("getMeetingInfo", good));

      assertThat(attempts)
          .allSatisfy(
              attempt -> {
                HttpResponse<String> answer = mallory.get(attempt);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("FAILED", "checksumError");
              });
      assertThat(server.receivedTotal()).isZero();
    }
  }

  @Test
  void neverRedirectsAForgedJoin() throws Exception {
    try (RunningFilter filter = start(TestContainer.Kind.JETTY)) {
      FrontEnd mallory = new FrontEnd(filter.port(), "guessed");

      HttpResponse<String> answer =
          mallory.get(
              mallory.signed(
                  "join",
                  "meetingID=math&fullName=x&logoutURL=https%3A%2F%2Fevil.example.org&errorRedirectUrl=https%3A%2F%2Fevil.example.org"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Location")).isEmpty();
      assertThat(answer.body()).contains("checksumError");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void halfSentFormsLeaveRoomForOtherCalls(TestContainer.Kind kind) throws Exception {
    String half = "x".repeat(60_000);
    List<Socket> strangers = new ArrayList<>();
    try (RunningFilter filter = pool.start(kind, "limit.held", "2MiB")) {
      FrontEnd moodle = filter.frontEnd();
      Supplier<String> wholeForm = () -> moodle.post(moodle.unsigned("end", ""), FORM, half).body();
      assertThat(wholeForm.get()).contains("checksumError");

      fillWithHalfForms(filter, strangers, wholeForm);
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
      for (Socket stranger : strangers) {
        stranger.close();
      }
      await().untilAsserted(() -> assertThat(wholeForm.get()).contains("checksumError"));
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void theConnectionOfAFormWithoutRoomIsClosed(TestContainer.Kind kind) throws Exception {
    String half = "x".repeat(60_000);
    List<Socket> strangers = new ArrayList<>();
    try (RunningFilter filter = pool.start(kind, "limit.held", "2MiB")) {
      FrontEnd moodle = filter.frontEnd();
      fillWithHalfForms(
          filter, strangers, () -> moodle.post(moodle.unsigned("end", ""), FORM, half).body());

      try (Socket whole = send(filter, FORM_HEAD + half + "x".repeat(1000));
          Socket unfinished = send(filter, FORM_HEAD + half)) {
        whole.setSoTimeout(20_000);
        unfinished.setSoTimeout(20_000);
        String answer = allOf(whole);

        assertThat(answer).startsWith("HTTP/1.1 200").contains("serverOverloaded");
        assertThat(answer).containsIgnoringCase("\r\nConnection: close\r\n");
        // In a container the rest of the form is awaited as long as the container allows it.
        InputStream in = unfinished.getInputStream();
        assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 200");
        if (kind == TestContainer.Kind.JETTY_ALONE) {
          in.readAllBytes();
          await().until(() -> isClosed(unfinished));
        }
      }
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  /**
   * Sends half forms until there is no room for a whole one. How many that takes is a race: those
   * that grow at the same time need more room for a moment, and some of them are refused.
   */
  private static void fillWithHalfForms(
      RunningFilter filter, List<Socket> strangers, Supplier<String> wholeForm) {
    await()
        .untilAsserted(
            () -> {
              for (int i = 0; i < 10; i++) {
                strangers.add(send(filter, FORM_HEAD + "x".repeat(60_000)));
              }
              for (int i = 0; i < 3; i++) {
                assertThat(wholeForm.get()).contains("serverOverloaded");
              }
            });
  }

  private static Socket send(RunningFilter filter, String text) throws IOException {
    Socket socket = new Socket("127.0.0.1", filter.port());
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String allOf(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  /** Whether the other side has closed the connection, and not only its own direction. */
  private static boolean isClosed(Socket socket) {
    try {
      socket.getOutputStream().write('x');
      return false;
    } catch (IOException closed) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bigbluebutton/api/../api/getMeetings",
        "/bigbluebutton/api/./../getMeetings",
        "/bigbluebutton/api//../api/getMeetings",
        "/bigbluebutton/api/hooks//list",
        "/bigbluebutton/api/getMeetings;x=1",
        "/bigbluebutton/api;x=1/getMeetings",
        "/bigbluebutton/api/\\getMeetings",
        "/bigbluebutton/api/%2e%2e/getMeetings",
        "/bigbluebutton/api/%2E%2e/getMeetings",
        "/bigbluebutton/api/hooks%2fcreate",
        "/bigbluebutton/api/hooks%2Fcreate",
        "/bigbluebutton/api%2fgetMeetings",
        "/bigbluebutton/api/getMeetings%00",
      })
  void refusesPathTricks(String path) throws Exception {
    for (TestContainer.Kind kind : TestContainer.Kind.values()) {
      try (RunningFilter filter = start(kind)) {
        server.resetCounters();

        // A container may refuse an ambiguous request itself.
        assertThat(statusOf(filter, "GET " + path + " HTTP/1.1")).as("%s", kind).isIn(404, 400);
        assertThat(server.receivedTotal()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void passesOnlyListedHeaders(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String target = moodle.signed("getMeetingInfo", "meetingID=math").getRawQuery();
      server.resetCounters();

      raw(
          filter,
          "GET /bigbluebutton/api/getMeetingInfo?" + target + " HTTP/1.1",
          "Host: evil.example.org",
          "Connection: close, X-Request-ID, traceparent",
          "X-Request-ID: only-for-this-hop",
          "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "tracestate: congo=t61rcWkgMzE",
          "Cookie: JSESSIONID=stolen",
          "Authorization: Basic eDp5",
          "Accept: application/json",
          "Accept-Language: de",
          "X-Forwarded-For: 203.0.113.7",
          "X-Forwarded-Host: evil.example.org",
          "Forwarded: for=203.0.113.7",
          "Expect: 100-continue",
          "X-Anything: at all");

      ReceivedRequest received =
          server.requests().stream()
              .filter(request -> request.call().equals("getMeetingInfo"))
              .findFirst()
              .orElseThrow();
      assertThat(received.header("host")).contains("127.0.0.1:" + server.port());
      assertThat(received.header("accept")).contains("*/*");
      assertThat(received.header("accept-language")).contains("de");
      for (String name :
          List.of(
              "traceparent",
              "tracestate",
              "cookie",
              "authorization",
              "x-forwarded-for",
              "x-forwarded-host",
              "forwarded",
              "expect",
              "x-anything",
              "content-type",
              "transfer-encoding")) {
        assertThat(received.header(name)).as(name).isEmpty();
      }
      assertThat(received.header("x-request-id").orElseThrow()).matches("[0-9a-f]{16}");
      assertThat(received.rawQuery()).startsWith("meetingID=math&checksum=");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void refusesWhatIsTooLarge(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, "limit.query", "4KiB", "limit.body", "100KiB")) {
      FrontEnd moodle = filter.frontEnd();
      URI insert = moodle.signed("insertDocument", "meetingID=math&simulatorSkipParsing=true");
      byte[] large = new byte[150_000];

      assertThat(moodle.call("getMeetingInfo", "meetingID=math&x=" + "y".repeat(4096)))
          .contains("FAILED", "sizeError");
      assertThat(moodle.post(insert, "application/xml", BodyPublishers.ofByteArray(large)).body())
          .contains("FAILED", "sizeError");
      assertThat(
              moodle
                  .post(
                      insert,
                      "application/xml",
                      BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large)))
                  .body())
          .contains("FAILED", "sizeError");
      assertThat(
              moodle
                  .post(
                      moodle.unsigned("create", ""),
                      "application/x-www-form-urlencoded",
                      "name=" + "y".repeat(5000))
                  .body())
          .contains("FAILED", "sizeError");
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void takesFormsByBothRecipesAndNothingThatNoChecksumCovers(TestContainer.Kind kind)
      throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String form = "application/x-www-form-urlencoded";
      String empty = moodle.checksum("getMeetingInfo", "");
      String sorted = moodle.checksum("getMeetingInfo", "a=1&meetingID=math");

      assertThat(
              moodle
                  .post(
                      moodle.unsigned("getMeetingInfo", "checksum=" + empty),
                      form,
                      "meetingID=math")
                  .body())
          .contains("SUCCESS");
      assertThat(
              moodle
                  .post(
                      moodle.unsigned("getMeetingInfo", ""),
                      form,
                      "meetingID=math&a=1&checksum=" + sorted)
                  .body())
          .contains("SUCCESS");
      assertThat(
              moodle
                  .post(moodle.signed("getMeetingInfo", "meetingID=math"), form, "meetingID=other")
                  .body())
          .contains("<meetingID>math</meetingID>");
      assertThat(moodle.post(moodle.unsigned("create", ""), form, "name=\u00fc b").body())
          .contains("FAILED", "validationError");
      assertThat(
              moodle.post(moodle.signed("create", "name=a&meetingID=ab"), "text/plain", "x").body())
          .contains("unsupportedContentType");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void refusesCallsThatAreNotForABalancer(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      server.resetCounters();

      for (String call : List.of("getJoinUrl", "enter", "stuns", "setConfigXML", "signOut")) {
        assertThat(moodle.call(call, "sessionToken=x")).contains("unsupportedRequest");
      }
      assertThat(server.receivedTotal()).isZero();
      // The server would answer an unknown call with a page; tinyscale answers a document.
      assertThat(moodle.call("notInvented", "")).contains("FAILED", "unsupportedRequest");
      assertThat(server.received("notInvented")).isEqualTo(1);
      HttpResponse<String> put =
          moodle.send(
              HttpRequest.newBuilder(moodle.signed("getMeetings", ""))
                  .PUT(BodyPublishers.ofString("x"))
                  .build());
      assertThat(put.body()).contains("unsupportedRequest");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void givesUpTheAttemptWhenTheCallerLeavesInTheMiddle(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String query =
          moodle.signed("insertDocument", "meetingID=math&simulatorSkipParsing=true").getRawQuery();

      try (Socket caller = new Socket("127.0.0.1", filter.port())) {
        caller
            .getOutputStream()
            .write(
                ("POST /bigbluebutton/api/insertDocument?"
                        + query
                        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\n"
                        + "Content-Length: 10000000\r\n\r\n<modules>")
                    .getBytes(StandardCharsets.US_ASCII));
        await().until(() -> server.received("insertDocument") == 1);
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(server.requests())
                      .anySatisfy(
                          request -> {
                            assertThat(request.call()).isEqualTo("insertDocument");
                            assertThat(request.status()).isZero();
                          }));
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
    }
  }

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    return pool.start(kind);
  }

  private static int statusOf(RunningFilter filter, String requestLine) throws IOException {
    String answer = raw(filter, requestLine, "Host: x", "Connection: close");
    return Integer.parseInt(answer.split(" ")[1]);
  }

  private static String raw(RunningFilter filter, String... head) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", filter.port())) {
      socket
          .getOutputStream()
          .write((String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
