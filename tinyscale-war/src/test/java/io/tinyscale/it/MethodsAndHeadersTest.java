package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.servlet.FakeServer.Peer;
import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods and header fields that most front ends never send, byte for byte. */
class MethodsAndHeadersTest {

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private final SimulatedServer server = pool.server("one");

  @BeforeEach
  void createMeeting() {
    server.meetings().create("math");
  }

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    RunningFilter filter = pool.start(kind);
    server.resetCounters();
    return filter;
  }

  private static String line(String method, URI address) {
    return method + " " + address.getRawPath() + "?" + address.getRawQuery() + " HTTP/1.1\r\n";
  }

  private static String text(Peer caller, String head) throws IOException {
    return new String(caller.readBody(head), StandardCharsets.UTF_8);
  }

  /** Expects that a connection which was used before still serves a request. */
  private static void stillWorks(Peer caller, URI address) throws IOException {
    caller.write(line("GET", address) + "Host: x\r\n\r\n");
    String head = caller.readHead();
    assertThat(head).startsWith("HTTP/1.1 200");
    assertThat(text(caller, head)).contains("SUCCESS");
  }

  static Stream<Arguments> kindsAndReads() {
    return Stream.of(TestContainer.Kind.values())
        .flatMap(
            kind ->
                Stream.of("getMeetingInfo", "isMeetingRunning", "getMeetings", "getRecordings", "")
                    .map(call -> Arguments.of(kind, call)));
  }

  @ParameterizedTest
  @MethodSource("kindsAndReads")
  void headIsAnsweredLikeGetWithoutABody(TestContainer.Kind kind, String call) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      URI read = filter.frontEnd().signed(call, call.endsWith("s") ? "" : "meetingID=math");

      caller.write(line("HEAD", read) + "Host: x\r\n\r\n");
      String head = caller.readHead();

      assertThat(head).startsWith("HTTP/1.1 200");
      assertThat(Peer.field(head, "Content-Type")).startsWith("text/xml");
      // The next answer on the connection begins here, because there was no body.
      stillWorks(caller, read);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void headChangesNothing(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      FrontEnd moodle = filter.frontEnd();

      for (String call : List.of("end", "create", "join", "deleteRecordings", "hooks/create")) {
        URI write = moodle.signed(call, "meetingID=math&fullName=A&role=VIEWER&recordID=r");
        caller.write(line("HEAD", write) + "Host: x\r\n\r\n");
        String head = caller.readHead();
        assertThat(head).as(call).startsWith("HTTP/1.1 200").doesNotContain("Location");
        assertThat(Peer.field(head, "Allow")).as(call).isEqualTo("GET, POST");
      }

      assertThat(server.receivedTotal()).isZero();
      stillWorks(caller, moodle.signed("getMeetingInfo", "meetingID=math"));
    }
  }

  static Stream<Arguments> kindsAndMethods() {
    return Stream.of(TestContainer.Kind.values())
        .flatMap(
            kind ->
                Stream.of("OPTIONS", "PUT", "DELETE", "PATCH", "MAKEITSO")
                    .map(method -> Arguments.of(kind, method)));
  }

  @ParameterizedTest
  @MethodSource("kindsAndMethods")
  void otherMethodsGetTheAllowedOnes(TestContainer.Kind kind, String method) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      FrontEnd moodle = filter.frontEnd();

      caller.write(
          line(method, moodle.signed("end", "meetingID=math"))
              + "Host: x\r\nOrigin: https://evil.example.org\r\n"
              + "Access-Control-Request-Method: GET\r\n\r\n");
      String head = caller.readHead();

      assertThat(head).startsWith("HTTP/1.1 200").doesNotContain("Access-Control-");
      assertThat(Peer.field(head, "Allow")).isEqualTo("GET, POST");
      assertThat(text(caller, head)).contains("FAILED", "unsupportedRequest");
      assertThat(server.receivedTotal()).isZero();
      stillWorks(caller, moodle.signed("getMeetingInfo", "meetingID=math"));
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void traceSendsNothingBack(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      caller.write(
          line("TRACE", filter.frontEnd().signed("getMeetings", ""))
              + "Host: x\r\nCookie: precious\r\n\r\n");
      String head = caller.readHead();

      assertThat(head.substring(9, 12)).isIn("200", "405");
      assertThat(head + text(caller, head)).doesNotContain("precious").doesNotContain("SUCCESS");
      assertThat(server.receivedTotal()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void anUploadByAnotherMethodIsNotTaken(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      caller.write(
          line("PUT", filter.frontEnd().signed("insertDocument", "meetingID=math"))
              + "Host: x\r\nContent-Type: application/xml\r\nContent-Length: 10\r\n\r\n<modules/>");
      String head = caller.readHead();

      assertThat(text(caller, head)).contains("FAILED", "unsupportedRequest");
      assertThat(server.receivedTotal()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void xmlStaysXmlWhateverTheCallerAccepts(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      FrontEnd moodle = filter.frontEnd();
      for (String accept :
          List.of("application/json", "text/html;q=0.9", "image/png", "nonsense")) {
        for (URI call :
            List.of(
                moodle.unsigned("", ""),
                moodle.signed("getMeetings", "x=" + accept.length()),
                moodle.signed("getMeetingInfo", "meetingID=gone" + accept.length()))) {
          caller.write(
              "GET "
                  + call.getRawPath()
                  + (call.getRawQuery() == null ? "" : "?" + call.getRawQuery())
                  + " HTTP/1.1\r\nHost: x\r\nAccept: "
                  + accept
                  + "\r\nAccept-Encoding: gzip, br, *\r\nAccept-Charset: utf-16\r\n\r\n");
          String head = caller.readHead();

          assertThat(head).startsWith("HTTP/1.1 200").doesNotContain("Content-Encoding");
          assertThat(Peer.field(head, "Content-Type").toLowerCase())
              .startsWith("text/xml")
              .contains("utf-8");
          assertThat(text(caller, head)).startsWith("<response>");
        }
      }
      assertThat(server.requests())
          .isNotEmpty()
          .allSatisfy(
              received -> {
                assertThat(received.header("accept")).contains("*/*");
                assertThat(received.header("accept-encoding")).isEmpty();
                assertThat(received.header("accept-charset")).isEmpty();
              });
    }
  }

  static Stream<Arguments> kindsAndAbsentBodies() {
    return Stream.of(TestContainer.Kind.values())
        .flatMap(
            kind ->
                Stream.of(
                    Arguments.of(kind, "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                    Arguments.of(
                        kind, "Content-Type: application/xml\r\nContent-Length: 0\r\n\r\n")));
  }

  @ParameterizedTest
  @MethodSource("kindsAndAbsentBodies")
  void aGetMayDescribeABodyThatItDoesNotHave(TestContainer.Kind kind, String absent)
      throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      URI info = filter.frontEnd().signed("getMeetingInfo", "meetingID=math");

      caller.write(line("GET", info) + "Host: x\r\n" + absent);
      String head = caller.readHead();

      assertThat(head).startsWith("HTTP/1.1 200");
      assertThat(text(caller, head)).contains("SUCCESS");
      ReceivedRequest received = pool.only("getMeetingInfo");
      assertThat(received.method()).isEqualTo("GET");
      assertThat(received.header("content-type")).isEmpty();
      assertThat(received.header("transfer-encoding")).isEmpty();
      assertThat(received.header("content-length")).isEmpty();
      stillWorks(caller, info);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aBodyOfAGetIsNotSent(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      URI info = filter.frontEnd().signed("getMeetingInfo", "meetingID=math");

      caller.write(
          line("GET", info)
              + "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
              + "Content-Length: 15\r\n\r\nmeetingID=other");
      String head = caller.readHead();

      assertThat(text(caller, head)).contains("<meetingID>math</meetingID>");
      assertThat(pool.only("getMeetingInfo").bodyLength()).isZero();
      assertThat(pool.only("getMeetingInfo").rawQuery()).startsWith("meetingID=math&checksum=");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void asksACallerThatWaitsForItsBody(TestContainer.Kind kind) throws Exception {
    String slides = "<modules><module name=\"presentation\"/></modules>";
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      caller.write(
          line("POST", filter.frontEnd().signed("create", "name=New+one&meetingID=new"))
              + "Host: x\r\nContent-Type: application/xml\r\nExpect: 100-continue\r\n"
              + "Content-Length: "
              + slides.length()
              + "\r\n\r\n");
      assertThat(caller.readHead()).startsWith("HTTP/1.1 100");
      caller.write(slides);
      String head = caller.readHead();

      assertThat(head).startsWith("HTTP/1.1 200");
      assertThat(text(caller, head)).contains("SUCCESS", "<meetingID>new</meetingID>");
      assertThat(pool.only("create").header("expect")).isEmpty();
      assertThat(pool.only("create").bodyLength()).isEqualTo(slides.length());
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void refusesABodyThatTheCallerHasNotSentYet(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind);
        Peer caller = Peer.connect(filter.port())) {
      caller.write(
          line("POST", filter.frontEnd().signed("create", "name=New+one&meetingID=new"))
              + "Host: x\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\n"
              + "Content-Length: 5\r\n\r\n");
      String head = caller.readHead();
      if (head.startsWith("HTTP/1.1 100")) {
        // Tomcat always asks for the body.
        caller.write("12345");
        head = caller.readHead();
      }

      assertThat(head).startsWith("HTTP/1.1 200");
      assertThat(text(caller, head)).contains("FAILED", "unsupportedContentType");
      assertThat(server.receivedTotal()).isZero();
    }
  }
}
