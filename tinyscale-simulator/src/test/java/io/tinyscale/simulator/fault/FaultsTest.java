package io.tinyscale.simulator.fault;

import static io.tinyscale.simulator.Caller.key;
import static io.tinyscale.simulator.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.Caller;
import io.tinyscale.simulator.SimulatedServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.SAXParserFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

class FaultsTest {
  private SimulatedServer server;
  private Caller caller;

  @BeforeEach
  void start() {
    server = SimulatedServer.builder().start();
    caller = new Caller(server);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String request(String call, String query) {
    return "GET /bigbluebutton/api/"
        + call
        + "?"
        + caller.signed(call, query)
        + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  @Test
  void delayAnswersLater() throws Exception {
    server.fault(Fault.delay(Duration.ofMillis(200)));
    long start = System.nanoTime();

    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
  }

  @Test
  void stallNeverAnswersUntilTheCallerLeaves() throws Exception {
    server.fault(Fault.stall());

    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(request("getMeetings", "").getBytes(StandardCharsets.UTF_8));
      await().until(() -> server.requests().size() == 1);
      assertThat(server.openConnections()).isEqualTo(1);
      assertThat(socket.getInputStream().available()).isZero();
    }

    await().until(() -> server.openConnections() == 0);
    assertThat(server.requests().get(0).status()).isZero();
  }

  @Test
  void dropClosesWithoutAnAnswer() throws Exception {
    server.fault(Fault.drop());

    assertThat(caller.raw(request("create", "name=Test&meetingID=test01"))).isEmpty();
    assertThat(server.meetings().size()).isZero();
    assertThat(server.received("create")).isEqualTo(1);
  }

  @Test
  void dropInTheMiddleReadsNoMoreOfTheBody() throws Exception {
    server.fault(Fault.dropAfter(1000));

    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /bigbluebutton/api/insertDocument HTTP/1.1\r\nContent-Length: 9999\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(new byte[1000]);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    assertThat(server.requests().get(0).bodyLength()).isEqualTo(1000);
  }

  @Test
  void resetBreaksTheConnection() {
    server.fault(Fault.reset());

    assertThatThrownBy(() -> caller.raw(request("getMeetings", "")))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void slowSendsByteAfterByte() throws Exception {
    server.fault(Fault.slow(Duration.ofMillis(1)));
    long start = System.nanoTime();

    HttpResponse<String> answer = caller.get("isMeetingRunning", "meetingID=test01");

    assertThat(text(answer, "running")).isEqualTo("false");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThan(Duration.ofMillis(answer.body().length()));
  }

  @Test
  void slowHeadHoldsBackTheStatusLine() throws Exception {
    server.fault(Fault.slowHead(Duration.ofMillis(100)));

    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(request("getMeetings", "").getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isEqualTo('H');
      assertThat(in.available()).isZero();
      assertThat(in.read()).isEqualTo('T');
    }
  }

  @Test
  void garbageIsNoXml() throws Exception {
    server.fault(Fault.garbage());

    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml;charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("4096");
    assertThat(answer.body()).doesNotContain("<response>");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 502})
  void htmlComesWithAnyStatus(int status) throws Exception {
    server.fault(Fault.html(status));

    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).startsWith("<html>");
  }

  @Test
  void oversizedHasTheSizeAskedFor() throws Exception {
    server.fault(Fault.oversized(3_000_000));

    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(answer.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
    assertThat(answer.body()).hasSize(3_000_000).endsWith("</response>");
  }

  @Test
  void cutSendsLessThanAnnounced() throws Exception {
    server.fault(Fault.cut());

    String answer = caller.raw(request("getMeetings", ""));

    int announced = Integer.parseInt(answer.replaceFirst("(?s).*Content-Length: (\\d+).*", "$1"));
    assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4))
        .startsWith("<response>")
        .hasSizeLessThan(announced);
  }

  private byte[] bytes(String call, String query) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create(server.uri() + "/" + call + "?" + caller.signed(call, query)))
                .build(),
            BodyHandlers.ofByteArray())
        .body();
  }

  private String bytesAsText(String call, String query) throws Exception {
    return new String(bytes(call, query), StandardCharsets.ISO_8859_1);
  }

  @Test
  void damagedSpoilsOnlyTheMiddleMeetingOfAList() throws Exception {
    for (String meetingId : List.of("one", "two", "three")) {
      server.meetings().create(meetingId);
      server.meetings().join(meetingId, "Ann", "VIEWER");
    }
    String[] sound = bytesAsText("getMeetings", "").split("<meeting>");
    server.fault("getMeetings", Fault.damaged(Damage.BYTES));

    String[] damaged = bytesAsText("getMeetings", "").split("<meeting>");

    assertThat(damaged).hasSize(4);
    assertThat(damaged[1]).isEqualTo(sound[1]);
    assertThat(damaged[2])
        .isEqualTo(sound[2].replace("<fullName>Ann", "<fullName>J\u00FCrgen Ann"));
    assertThat(damaged[3]).isEqualTo(sound[3]);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void noParserReadsADamagedMeeting(Damage damage) throws Exception {
    server.meetings().create("math");
    assertThatNoException().isThrownBy(() -> parse(bytes("getMeetingInfo", "meetingID=math")));

    server.fault(Fault.damaged(damage));

    for (byte[] body :
        List.of(bytes("getMeetings", ""), bytes("getMeetingInfo", "meetingID=math"))) {
      assertThatThrownBy(() -> parse(body)).isInstanceOfAny(SAXException.class, IOException.class);
    }
  }

  private static void parse(byte[] xml) throws Exception {
    SAXParserFactory.newInstance()
        .newSAXParser()
        .parse(new ByteArrayInputStream(xml), new DefaultHandler());
  }

  @Test
  void damagedLeavesAnswersWithoutAMeetingAsTheyAre() throws Exception {
    String empty = bytesAsText("getMeetings", "");

    server.fault(Fault.damaged(Damage.AMPERSAND));

    assertThat(bytesAsText("getMeetings", "")).isEqualTo(empty);
  }

  @Test
  void breakOffEndsAListInItsMiddleMeeting() throws Exception {
    for (String meetingId : List.of("one", "two", "three")) {
      server.meetings().create(meetingId);
    }
    String list = bytesAsText("getMeetings", "");
    server.fault("getMeetings", Fault.breakOff());

    String broken = bytesAsText("getMeetings", "");

    assertThat(broken).endsWith("</isBreakout>\n<parentMeetingID>");
    assertThat(broken.split("<meeting>")).hasSize(3);
    assertThat(list).startsWith(broken.substring(0, broken.lastIndexOf('<')));
  }

  @Test
  void redirectLeadsElsewhere() throws Exception {
    server.fault(Fault.redirect("http://127.0.0.1:9/elsewhere"));

    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location")).hasValue("http://127.0.0.1:9/elsewhere");
  }

  @Test
  void wrongSecretFailsEverySignedCall() throws Exception {
    server.fault(Fault.wrongSecret());

    assertThat(key(caller.get("getMeetings", ""))).isEqualTo("checksumError");
    assertThat(key(caller.get("getRecordings", ""))).isEqualTo("checksumError");
    assertThat(text(caller.getUnsigned("", ""), "returncode")).isEqualTo("SUCCESS");
  }

  @Test
  void emptyBodyIsAnEmptySuccess() throws Exception {
    server.fault(Fault.emptyBody());

    HttpResponse<String> answer = caller.get("create", "name=Test&meetingID=test01");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(server.meetings().size()).isZero();
  }

  @Test
  void serverErrorIsAPage() throws Exception {
    server.fault(Fault.serverError());

    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("<html>");
  }

  @Test
  void actThenDropCreatesTheMeetingAndSaysNothing() throws Exception {
    server.fault("create", Fault.actThenDrop().times(1));

    assertThat(caller.raw(request("create", "name=Test&meetingID=test01"))).isEmpty();
    HttpResponse<String> again = caller.get("create", "name=Test&meetingID=test01");

    assertThat(key(again)).isEqualTo("duplicateWarning");
  }

  @Test
  void aLimitedFaultEnds() throws Exception {
    server.fault("getMeetings", Fault.serverError(503).times(2));

    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(503);
    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(503);
    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(200);
  }

  @Test
  void aFaultOfOneCallPrecedesThatOfAll() throws Exception {
    server.fault(Fault.serverError(500));
    server.fault("getMeetings", Fault.serverError(503));

    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(503);
    assertThat(caller.get("getSessions", "").statusCode()).isEqualTo(500);
  }

  @Test
  void anOlderFaultTakesOverWhenTheNewerIsUsedUp() throws Exception {
    server.fault(Fault.serverError(500));
    server.fault(Fault.serverError(503).times(1));

    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(503);
    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(500);
  }

  @Test
  void clearedFaultsAreGone() throws Exception {
    server.fault(Fault.serverError());

    server.clearFaults();

    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(200);
  }

  @Test
  void closingTheServerEndsEveryFault() {
    for (Fault fault :
        Arrays.asList(
            Fault.stall(), Fault.delay(Duration.ofHours(1)), Fault.slow(Duration.ofHours(1)))) {
      try (SimulatedServer other = SimulatedServer.builder().name("hung").start()) {
        other.fault(fault);
        Thread caller = new Thread(() -> ignore(() -> new Caller(other).get("getMeetings", "")));
        caller.setDaemon(true);
        caller.start();
        await().until(() -> other.requests().size() == 1);
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().startsWith("hung-"));
    }
  }

  private interface Action {
    void run() throws IOException, InterruptedException;
  }

  private static void ignore(Action action) {
    try {
      action.run();
    } catch (IOException | InterruptedException e) {
      // The server is closed meanwhile; this is what the test is about.
    }
  }

  @Test
  void faultsAreReadFromText() {
    assertThat(Fault.parse("delay:500ms")).isEqualTo(Fault.delay(Duration.ofMillis(500)));
    assertThat(Fault.parse("stall")).isEqualTo(Fault.stall());
    assertThat(Fault.parse("drop")).isEqualTo(Fault.drop());
    assertThat(Fault.parse("drop:64KB")).isEqualTo(Fault.dropAfter(64_000));
    assertThat(Fault.parse("reset:0")).isEqualTo(Fault.resetAfter(0));
    assertThat(Fault.parse("slow")).isEqualTo(Fault.slow(Duration.ofSeconds(1)));
    assertThat(Fault.parse("slow-head:2s")).isEqualTo(Fault.slowHead(Duration.ofSeconds(2)));
    assertThat(Fault.parse("garbage")).isEqualTo(Fault.garbage());
    assertThat(Fault.parse("html:200")).isEqualTo(Fault.html(200));
    assertThat(Fault.parse("oversized:10MB")).isEqualTo(Fault.oversized(10_000_000));
    assertThat(Fault.parse("cut")).isEqualTo(Fault.cut());
    assertThat(Fault.parse("damaged:element-name")).isEqualTo(Fault.damaged(Damage.ELEMENT_NAME));
    assertThat(Fault.parse("break-off")).isEqualTo(Fault.breakOff());
    assertThat(Fault.parse("redirect:http://a/?b=c*d"))
        .isEqualTo(Fault.redirect("http://a/?b=c*d"));
    assertThat(Fault.parse("wrong-secret")).isEqualTo(Fault.wrongSecret());
    assertThat(Fault.parse("empty")).isEqualTo(Fault.emptyBody());
    assertThat(Fault.parse("error:503*2")).isEqualTo(Fault.serverError(503).times(2));
    assertThat(Fault.parse("act-then-drop")).isEqualTo(Fault.actThenDrop());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "delay",
        "delay:5",
        "oversized",
        "html:99",
        "drop*0",
        "redirect",
        "damaged",
        "damaged:x"
      })
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Fault.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
