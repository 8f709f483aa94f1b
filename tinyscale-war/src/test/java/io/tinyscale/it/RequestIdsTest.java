package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The id and the trace of a request: in the answer, at the server, and in the log. */
class RequestIdsTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String STATE = "tracestate: congo=t61rcWkgMzE";
  private static final Pattern ID = Pattern.compile("(?im)^x-request-id: (.*)$");

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private final StringWriter log = new StringWriter();
  private final Handler recorder = new LogRecorder(new PrintWriter(log, true));
  private final Logger logger = Logger.getLogger("tinyscale");

  @BeforeEach
  void record() {
    logger.addHandler(recorder);
  }

  @AfterEach
  void stopRecording() {
    logger.removeHandler(recorder);
  }

  /** The whole answer to a request with these lines in its head. */
  private static String raw(RunningFilter filter, String... head) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", filter.port())) {
      String text = String.join("\r\n", head) + "\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String get(RunningFilter filter, String call, String query, String... fields)
      throws IOException {
    List<String> head = new ArrayList<>();
    head.add(
        "GET /bigbluebutton/api/"
            + call
            + "?"
            + filter.frontEnd().signed(call, query).getRawQuery()
            + " HTTP/1.1");
    head.addAll(List.of(fields));
    return raw(filter, head.toArray(String[]::new));
  }

  /** The one id of an answer. */
  private static String id(String answer) {
    Matcher ids = ID.matcher(answer);
    assertThat(ids.find()).as(answer).isTrue();
    String id = ids.group(1);
    assertThat(ids.find()).as(answer).isFalse();
    return id;
  }

  private ReceivedRequest last(String call) {
    List<ReceivedRequest> requests = pool.requests(call);
    return requests.get(requests.size() - 1);
  }

  @ParameterizedTest
  @EnumSource
  void everyAnswerHasAnIdOfItsOwn(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter =
        pool.start(
            kind,
            "limit.query",
            "4KiB",
            "log.calls",
            "all",
            "relay.url",
            "http://lb.example.org")) {
      List<String> answers = new ArrayList<>();
      answers.add(get(filter, "create", "meetingID=math&name=Math"));
      answers.add(get(filter, "join", "meetingID=math&fullName=x&role=VIEWER"));
      answers.add(get(filter, "getMeetingInfo", "meetingID=math"));
      answers.add(get(filter, "getMeetingInfo", "meetingID=none"));
      answers.add(get(filter, "getMeetings", ""));
      answers.add(get(filter, "getRecordings", ""));
      answers.add(get(filter, "getMeetingInfo", "meetingID=" + "x".repeat(4096)));
      answers.add(raw(filter, "GET /bigbluebutton/api HTTP/1.1"));
      answers.add(raw(filter, "GET /bigbluebutton/api/end?meetingID=math&checksum=1 HTTP/1.1"));
      answers.add(raw(filter, "PUT /bigbluebutton/api/create HTTP/1.1"));
      answers.add(raw(filter, "GET /bigbluebutton/tinyscale/callback/x HTTP/1.1"));

      Set<String> ids = new HashSet<>();
      for (String answer : answers) {
        ids.add(id(answer));
      }

      assertThat(ids).hasSameSizeAs(answers).allMatch(id -> id.matches("[0-9a-f]{16}"));
      assertThat(last("create").header("x-request-id")).contains(id(answers.get(0)));
      assertThat(log.toString())
          .containsPattern(
              "tinyscale.calls: call=create meeting=math .* request=" + id(answers.get(0)))
          .containsPattern("call=end outcome=denied .* request=" + id(answers.get(8)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JETTY", "TOMCAT"})
  void everyAnswerOfTheAdminDoorInAContainerHasAnId(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter =
        pool.startWebapp(
            kind,
            "admin.path",
            "/ops",
            "admin.token",
            "tsk_0123456789abcdefghijklmnopqrstuvwxyz")) {
      for (String path :
          List.of("/health/live", "/ops", "/ops/", "/ops/metrics", "/ops/api/v1/status")) {
        String answer = raw(filter, "GET " + path + " HTTP/1.1");

        assertThat(id(answer)).as(path).matches("[0-9a-f]{16}");
        if (answer.contains("problem+json")) {
          assertThat(answer).contains("\"instance\":\"" + id(answer) + "\"");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theIdAndTheTraceOfATrustedProxyGoToTheServerAndIntoTheLog(TestContainer.Kind kind)
      throws Exception {
    try (RunningFilter filter = pool.start(kind, "timeout.answer", "2s")) {
      get(filter, "create", "meetingID=math&name=Math");
      pool.server("one").fault(Fault.parse("html:502"));

      String answer =
          get(filter, "end", "meetingID=math", "X-Request-ID: moodle-4711", PARENT, STATE);

      assertThat(id(answer)).isEqualTo("moodle-4711");
      assertThat(answer).doesNotContain(TRACE, "tracestate");
      ReceivedRequest received = last("end");
      assertThat(received.headers().get("x-request-id")).containsExactly("moodle-4711");
      assertThat(received.headers().get("tracestate")).containsExactly("congo=t61rcWkgMzE");
      assertThat(received.headers().get("traceparent"))
          .singleElement()
          .asString()
          .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
          .doesNotContain("b7ad6b7169203331");
      assertThat(log.toString())
          .containsPattern(
              "tinyscale: call.failed call=end server=one .* request=moodle-4711 trace=" + TRACE)
          .containsPattern(
              "tinyscale.calls: call=end meeting=math server=one outcome=failed key=internalError"
                  + " ms=\\d+ in=0 out=\\d+ tenant=\\w+ request=moodle-4711 trace="
                  + TRACE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingOfACallerThatIsNotTrustedGetsAnywhere(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, "proxy.trusted", "192.0.2.0/24")) {
      String answer =
          get(
              filter,
              "create",
              "meetingID=math&name=Math",
              "X-Request-ID: forged-4711",
              PARENT,
              STATE);

      ReceivedRequest received = last("create");
      assertThat(id(answer)).matches("[0-9a-f]{16}");
      assertThat(received.headers().get("x-request-id")).containsExactly(id(answer));
      assertThat(received.headers()).doesNotContainKeys("traceparent", "tracestate");
      assertThat(log.toString()).doesNotContain("forged-4711", TRACE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIdThatIsNoneAndATraceThatIsNoneAreReplaced(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      for (String[] fields :
          new String[][] {
            {"X-Request-ID: short"},
            {"X-Request-ID: " + "x".repeat(65)},
            {"X-Request-ID: " + "x".repeat(4000)},
            {"X-Request-ID: two words"},
            {"X-Request-ID: 12345678\"<b>"},
            {"X-Request-ID: first-4711", "X-Request-ID: other-4711"},
            {"X-Request-ID: first-4711, other-4711"},
            {PARENT + "-more"},
            {PARENT.replace("00-0", "ff-0")},
            {PARENT, PARENT},
            {"traceparent: " + "0".repeat(4000)},
            {STATE}
          }) {
        String answer = get(filter, "isMeetingRunning", "meetingID=math" + fields.length, fields);

        assertThat(id(answer)).as(fields[0]).matches("[0-9a-f]{16}");
      }
      get(
          filter,
          "create",
          "meetingID=math&name=Math",
          STATE,
          PARENT + "-more",
          "X-Request-ID: short");

      assertThat(last("create").headers()).doesNotContainKeys("traceparent", "tracestate");
      assertThat(last("create").header("x-request-id").orElseThrow()).matches("[0-9a-f]{16}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLineBreakInAnIdMakesNoField(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      for (String end :
          List.of("\r\n evil: 1", "\n evil: 1", "\revil: 1", "\0evil: 1", "%0d%0aevil: 1")) {
        String answer = get(filter, "getMeetings", "", "X-Request-ID: 12345678" + end);

        // Web servers refuse most of it themselves; what they let through is no id.
        assertThat(answer.substring(0, answer.indexOf("\r\n\r\n")))
            .doesNotContainPattern("(?im)^ ?evil")
            .doesNotContain("12345678");
      }
    }
  }
}
