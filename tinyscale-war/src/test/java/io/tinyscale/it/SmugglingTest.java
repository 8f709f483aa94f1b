package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes that two sides could read as different requests. Each hides a call that is signed and would
 * work, so that it shows at the server if anybody takes it for a request of its own.
 */
class SmugglingTest {

  private static final int PATIENCE_MILLIS = 20_000;

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private final SimulatedServer server = pool.server("one");

  /** A complete request that ends the meeting; no attack may get it through. */
  private static String hidden(FrontEnd moodle) {
    return lastGet(moodle, "end", "meetingID=math");
  }

  private static String target(FrontEnd moodle, String call, String query) {
    return "/bigbluebutton/api/" + call + "?" + moodle.signed(call, query).getRawQuery();
  }

  /** A complete request, with which the caller ends the connection. */
  private static String lastGet(FrontEnd moodle, String call, String query) {
    return "GET "
        + target(moodle, call, query)
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  }

  private static Map<String, String> ambiguousRequests(FrontEnd moodle) {
    String insert =
        "POST "
            + target(moodle, "insertDocument", "meetingID=math&simulatorSkipParsing=true")
            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\n";
    String info = "GET " + target(moodle, "getMeetingInfo", "meetingID=math") + " HTTP/1.1\r\n";
    String hidden = hidden(moodle);
    int length = hidden.length();
    String chunked = "Transfer-Encoding: chunked\r\n";
    Map<String, String> attacks = new LinkedHashMap<>();
    attacks.put(
        "a length and chunks, hidden behind the chunks",
        insert + "Content-Length: " + (5 + length) + "\r\n" + chunked + "\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "chunks and a length, hidden behind the chunks",
        insert + chunked + "Content-Length: " + (5 + length) + "\r\n\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "a length that ends before the chunks",
        insert
            + "Content-Length: 4\r\n"
            + chunked
            + "\r\n"
            + Integer.toHexString(length)
            + "\r\n"
            + hidden
            + "\r\n0\r\n\r\n");
    attacks.put(
        "two lengths, the first short",
        insert + "Content-Length: 0\r\nContent-Length: " + length + "\r\n\r\n" + hidden);
    attacks.put(
        "two lengths, the second short",
        insert + "Content-Length: " + length + "\r\nContent-Length: 0\r\n\r\n" + hidden);
    attacks.put("a list of lengths", insert + "Content-Length: 0, " + length + "\r\n\r\n" + hidden);
    attacks.put("a signed length", insert + "Content-Length: +0\r\n\r\n" + hidden);
    attacks.put("a negative length", insert + "Content-Length: -1\r\n\r\n" + hidden);
    attacks.put("a length in hex", insert + "Content-Length: 0x0\r\n\r\n" + hidden);
    attacks.put(
        "an unknown coding", insert + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "chunks that are not the last coding",
        insert + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "the coding twice",
        insert + chunked + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "a blank before the colon", insert + "Content-Length : " + length + "\r\n\r\n" + hidden);
    attacks.put(
        "a blank before the colon of the coding",
        insert + "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "a vertical tab before the coding",
        insert + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "a chunk with a signed size", insert + chunked + "\r\n-1\r\nx\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "a chunk with an endless size",
        insert + chunked + "\r\nffffffffffffffff0\r\nx\r\n0\r\n\r\n" + hidden);
    attacks.put(
        "a chunk without its line break", insert + chunked + "\r\n1\r\nxx\r\n0\r\n\r\n" + hidden);
    attacks.put("a header that begins with a blank", info + " Host: x\r\n\r\n" + hidden);
    attacks.put("a header without a name", info + "Host: x\r\n: y\r\n\r\n" + hidden);
    attacks.put("two hosts", info + "Host: x\r\nHost: y\r\n\r\n" + hidden);
    attacks.put("a zero byte in a header", info + "Host: x\r\nX-A: a\u0000b\r\n\r\n" + hidden);
    attacks.put("no HTTP", "\u0016\u0003\u0001\r\n\r\n" + hidden);
    return attacks;
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void readsNoSecondRequestFromAnAmbiguousRequest(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      createAndFind(moodle);

      ambiguousRequests(moodle)
          .forEach(
              (name, request) -> {
                server.resetCounters();

                String answer = exchange(filter, request);

                // Whatever a container makes of it, it reads no second request behind it: it
                // answers once at most, and closes the connection.
                assertThat(server.received("end")).as(name).isZero();
                assertThat(answersIn(answer)).as(name).isLessThanOrEqualTo(1);
                assertThat(server.requests())
                    .as(name)
                    .extracting(ReceivedRequest::call)
                    .isSubsetOf(Set.of("insertDocument", "getMeetingInfo", "getMeetings"));
              });
      // The hidden request is valid: sent on its own it ends the meeting.
      exchange(filter, "GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\n\r\n" + hidden(moodle));
      assertThat(server.received("end")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void readsNoRequestFromARefusedBody(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      createAndFind(moodle);
      String hidden = hidden(moodle);
      String create = "POST " + target(moodle, "create", "name=a&meetingID=ab") + " HTTP/1.1\r\n";
      String forged = "POST /bigbluebutton/api/create?checksum=0 HTTP/1.1\r\n";
      String type = "Host: x\r\nContent-Type: text/plain\r\n";
      String fixed = "Content-Length: " + hidden.length() + "\r\n\r\n" + hidden;
      String chunked =
          "Transfer-Encoding: chunked\r\n\r\n"
              + Integer.toHexString(hidden.length())
              + ";a=\"b\"\r\n"
              + hidden
              + "\r\n0\r\nTrailer: y\r\n\r\n";

      int requests = 0;
      for (String refused :
          List.of(create + type, forged + type, "PUT" + create.substring(4) + type)) {
        for (String body : List.of(fixed, chunked)) {
          server.resetCounters();
          String good = lastGet(moodle, "getMeetingInfo", "meetingID=math&n=" + requests++);

          String answers = exchange(filter, refused + body + good);

          assertThat(answers).contains("FAILED");
          assertThat(server.received("end")).isZero();
          assertThat(server.received("create")).isZero();
          // The connection continues after the body, or is closed.
          assertThat(answersIn(answers)).isBetween(1, 2);
          assertThat(server.received("getMeetingInfo")).isEqualTo(answersIn(answers) - 1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void handsOverTheBodyOfChunksAndNotTheirExtensions(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      server.meetings().create("math");

      String answer =
          exchange(
              filter,
              "POST "
                  + target(moodle, "insertDocument", "meetingID=math&simulatorSkipParsing=true")
                  + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/xml\r\n"
                  + "Transfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n"
                  + "3;x=\"GET / HTTP/1.1\"\r\n<a>\r\n4\r\n</a>\r\n0\r\nX-Late: 1\r\n\r\n");

      assertThat(answer).contains("SUCCESS");
      ReceivedRequest received = pool.only("insertDocument");
      assertThat(received.bodyLength()).isEqualTo(7);
      assertThat(received.bodySha256()).isEqualTo(FrontEnd.hash("SHA-256", "<a></a>"));
      assertThat(received.header("x-late")).isEmpty();
      assertThat(received.header("trailer")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void readsNoNextRequestWhileItReadsTheLastChunk(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      server.meetings().create("math");

      // Chance decides which thread reads the last chunk, so there are a hundred tries.
      for (int n = 0; n < 100; n++) {
        String query = "meetingID=math&simulatorSkipParsing=true&n=" + n;
        String upload =
            "POST "
                + target(moodle, "insertDocument", query)
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n7\r\n<a></a>\r\n0\r\n\r\n";
        String next = lastGet(moodle, "getMeetingInfo", "meetingID=math&n=" + n);

        assertThat(exchange(filter, upload + next).split("HTTP/1\\.1 200", -1)).hasSize(3);
      }
      assertThat(server.received("insertDocument")).isEqualTo(100);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void letsNoHeaderIntoTheRequestToAServer(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      createAndFind(moodle);
      for (String agent :
          List.of(
              "a\r\n X-Evil: 1",
              "a\r\n\tX-Evil: 1",
              "a\nX-Evil: 1",
              "a\rX-Evil: 1",
              "a\u0000X-Evil: 1",
              "a%0d%0aX-Evil: 1",
              "a\u0085X-Evil: 1")) {
        server.resetCounters();

        exchange(
            filter,
            "GET "
                + target(moodle, "end", "meetingID=none&n=" + agent.length())
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: "
                + agent
                + "\r\n\r\n");

        for (ReceivedRequest received : server.requests()) {
          assertThat(received.header("x-evil")).as(agent).isEmpty();
          assertThat(received.header("user-agent").orElse("")).as(agent).doesNotContain("\r", "\n");
        }
      }
      server.resetCounters();
      String query = "meetingID=math&x=%0d%0aX-Evil:%201%0d%0a%0d%0aGET%20/";
      assertThat(moodle.call("getMeetingInfo", query)).contains("SUCCESS");
      assertThat(server.requests())
          .filteredOn(request -> request.call().equals("getMeetingInfo"))
          .singleElement()
          .satisfies(
              received -> {
                assertThat(received.rawQuery()).startsWith(query + "&checksum=");
                assertThat(received.header("x-evil")).isEmpty();
              });
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void letsNoHeaderIntoARedirect(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      server.meetings().create("math");
      String injected = "%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a";

      String joined =
          exchange(
              filter,
              "GET "
                  + target(moodle, "join", "meetingID=math&fullName=x" + injected)
                  + " HTTP/1.1\r\nHost: evil.example.org\r\nX-Forwarded-Host: evil.example.org\r\n"
                  + "X-Forwarded-Proto: gopher\r\nConnection: close\r\n\r\n");
      assertThat(joined)
          .startsWith("HTTP/1.1 302")
          .containsIgnoringCase("\r\nLocation: " + server.uri())
          .contains(injected)
          .doesNotContain("\r\nSet-Cookie", "evil", "gopher");

      for (String place : List.of("errorRedirectUrl", "logoutURL")) {
        String answer =
            exchange(
                filter,
                lastGet(
                    moodle,
                    "join",
                    "meetingID=none&fullName=x&"
                        + place
                        + "=https%3A%2F%2Fmoodle.example.org%2F"
                        + injected));
        assertThat(answer)
            .startsWith("HTTP/1.1 200")
            .contains("FAILED")
            .doesNotContain("\r\nSet-Cookie", "\r\nLocation");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void theFirstOfRepeatedParametersCounts(TestContainer.Kind kind) throws Exception {
    try (SimulatedServer other = SimulatedServer.builder().name("two").start();
        RunningFilter filter = pool.start(kind, List.of(server, other))) {
      FrontEnd moodle = filter.frontEnd();
      server.meetings().create("math");
      other.meetings().create("art");

      assertThat(moodle.call("getMeetingInfo", "meetingID=math&meetingID=art&%6deetingID=art"))
          .contains("<meetingID>math</meetingID>");
      assertThat(moodle.call("getMeetingInfo", "meetingID=art&meetingID=math"))
          .contains("<meetingID>art</meetingID>");
    }
  }

  /** Creates the meeting without the balancer and lets the balancer find it. */
  private void createAndFind(FrontEnd moodle) {
    server.meetings().create("math");
    moodle.call("getMeetingInfo", "meetingID=math");
  }

  /** How many answers the bytes from a connection hold. */
  private static int answersIn(String bytes) {
    return bytes.split("HTTP/1\\.1 ", -1).length - 1;
  }

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    return pool.start(kind);
  }

  /** Sends bytes as they are and reads until the other side closes. */
  private static String exchange(RunningFilter filter, String bytes) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket("127.0.0.1", filter.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      try {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        int b;
        while ((b = socket.getInputStream().read()) >= 0) {
          answer.write(b);
        }
      } catch (SocketException reset) {
        // The request was refused before it was read, which is as good as a close.
      }
    } catch (IOException e) {
      throw new AssertionError("the connection is not closed: " + answer, e);
    }
    return answer.toString(StandardCharsets.ISO_8859_1);
  }
}
