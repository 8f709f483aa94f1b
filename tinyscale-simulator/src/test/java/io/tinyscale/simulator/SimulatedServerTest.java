package io.tinyscale.simulator;

import static io.tinyscale.simulator.Caller.key;
import static io.tinyscale.simulator.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.api.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulatedServerTest extends ServerTest {
  @ParameterizedTest
  @EnumSource(Profile.class)
  void theRootAnswersAsTheVersionDoes(Profile profile) throws Exception {
    restart(SimulatedServer.builder().profile(profile));

    HttpResponse<String> answer = caller.getUnsigned("", "&checksum=anything");

    assertThat(text(answer, "version")).isEqualTo("2.0");
    assertThat(answer.body().contains("<apiVersion>")).isEqualTo(profile != Profile.V2_4);
    assertThat(answer.body().contains("<graphqlApiUrl>"))
        .isEqualTo(profile.compareTo(Profile.V3_0) >= 0);
    assertThat(answer.body().contains("<html5PluginSdkVersion>"))
        .isEqualTo(profile == Profile.V4_0);
  }

  @Test
  void theRootAnswersJsonRequestsInJson() throws Exception {
    String query = "x=1";

    HttpResponse<String> recent = caller.getUnsigned("", query, "Content-Type", "application/json");
    restart(SimulatedServer.builder().profile(Profile.V2_7));
    HttpResponse<String> old = caller.getUnsigned("", query, "Content-Type", "application/json");

    assertThat(recent.body()).startsWith("{\"response\":{\"returncode\":\"SUCCESS\"");
    assertThat(old.body()).startsWith("<response>");
  }

  @Test
  void aMissingAndAWrongChecksumAnswerTwoHundred() throws Exception {
    HttpResponse<String> missing = caller.getUnsigned("getMeetings", "");
    HttpResponse<String> wrong = caller.getUnsigned("getMeetings", "checksum=abc");

    assertThat(missing.statusCode()).isEqualTo(200);
    assertThat(key(missing)).isEqualTo("checksumError");
    assertThat(text(missing, "message")).isEqualTo("You must provide the checksum");
    assertThat(key(wrong)).isEqualTo("checksumError");
    assertThat(text(wrong, "message")).isEqualTo("Checksums do not match");
  }

  @Test
  void acceptsCallsInForms() throws Exception {
    server.meetings().create("test01");

    HttpResponse<String> answer =
        caller.postForm("end", caller.signed("end", ""), "meetingID=test01");

    assertThat(key(answer)).isEqualTo("sentEndMeetingRequest");
  }

  @Test
  void versionsTwoSixToThreeTrustARequestWithAnUploadUrl() throws Exception {
    String query = "meetingID=test01&name=Test&presentationUploadExternalUrl=x";

    assertThat(text(caller.getUnsigned("create", query), "returncode")).isEqualTo("SUCCESS");
    restart(SimulatedServer.builder().profile(Profile.V4_0));
    assertThat(key(caller.getUnsigned("create", query))).isEqualTo("checksumError");
  }

  @Test
  void acceptsOnlyTheConfiguredAlgorithms() throws Exception {
    restart(SimulatedServer.builder().algorithms(Set.of("sha512")));

    assertThat(key(caller.get("getMeetings", ""))).isEqualTo("checksumError");
    assertThat(key(caller.getUnsigned("getMeetings", caller.signed("getMeetings", "", "SHA-512"))))
        .isEqualTo("noMeetings");
  }

  @Test
  void unknownCallsAndMethodsGetAPage() throws Exception {
    assertThat(caller.get("foo", "").statusCode()).isEqualTo(404);
    assertThat(caller.get("hooks/list", "").statusCode()).isEqualTo(404);
    assertThat(caller.get("CREATE", "").statusCode()).isEqualTo(404);
    assertThat(caller.send("PUT", "getMeetings", "", BodyPublishers.noBody()).statusCode())
        .isEqualTo(405);
    restart(SimulatedServer.builder().profile(Profile.V2_7));
    assertThat(caller.get("sendChatMessage", "").statusCode()).isEqualTo(404);
    restart(SimulatedServer.builder().profile(Profile.V2_4));
    assertThat(caller.post("insertDocument", "", "application/xml", "").statusCode())
        .isEqualTo(404);
  }

  @Test
  void requestsAreCountedAndKept() throws Exception {
    caller.get("getMeetings", "x=%41", "X-Mark", "one");
    caller.post("create", "name=Test&meetingID=test01", "text/xml", "<modules/>");

    assertThat(server.received("getMeetings")).isEqualTo(1);
    assertThat(server.received("end")).isZero();
    assertThat(server.receivedTotal()).isEqualTo(2);
    ReceivedRequest get = server.requests().get(0);
    assertThat(get.method()).isEqualTo("GET");
    assertThat(get.call()).isEqualTo("getMeetings");
    assertThat(get.rawQuery()).startsWith("x=%41&checksum=");
    assertThat(get.parameter("x")).hasValue("A");
    assertThat(get.header("x-mark")).hasValue("one");
    assertThat(get.status()).isEqualTo(200);
    ReceivedRequest post = server.requests().get(1);
    assertThat(post.bodyLength()).isEqualTo(10);
    assertThat(post.bodySha256()).isEqualTo(Caller.hash("SHA-256", "<modules/>"));

    server.resetCounters();

    assertThat(server.receivedTotal()).isZero();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void closeLeavesNoThreadAndNoSocket() throws Exception {
    restart(SimulatedServer.builder().name("gone").emptyMeetingExpiry(Duration.ofHours(1)));
    caller.get("create", "name=Test&meetingID=test01");
    try (Socket idle = new Socket("127.0.0.1", server.port())) {
      await().until(() -> server.openConnections() == 2);
      server.close();

      assertThat(idle.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("gone-"));
    assertThat(server.openConnections()).isZero();
    assertThatThrownBy(() -> new Socket("127.0.0.1", server.port()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void closeEndsAConnectionThatIsBeingAccepted() throws Exception {
    for (int i = 0; i < 200; i++) {
      restart(SimulatedServer.builder());
      try (Socket arriving = new Socket("127.0.0.1", server.port())) {
        arriving.setSoTimeout(10_000);
        server.close();

        assertThat(isEnded(arriving)).isTrue();
      }
    }
  }

  private static boolean isEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException reset) {
      return true; // the system's answer when a connection was never accepted
    }
  }

  @Test
  void aTakenPortIsReported() {
    SimulatedServer.Builder same = SimulatedServer.builder().port(server.port());

    assertThatThrownBy(same::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  @Test
  void aPoolHasSecretsOfItsOwn() {
    try (SimulatedPool pool = SimulatedPool.start(3)) {
      assertThat(pool.servers())
          .extracting(SimulatedServer::name)
          .containsExactly("bbb1", "bbb2", "bbb3");
      assertThat(pool.servers()).extracting(SimulatedServer::secret).doesNotHaveDuplicates();
    }
  }

  @Test
  void httpsIsServedWithAContext(@TempDir Path folder) throws Exception {
    Path file = TestKeystore.create(folder, "secret");
    KeyStore keystore = KeyStore.getInstance(file.toFile(), "secret".toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keystore);
    SSLContext clientContext = SSLContext.getInstance("TLS");
    clientContext.init(null, trust.getTrustManagers(), null);
    restart(SimulatedServer.builder().tls(Tls.context(file, "secret")));

    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .sslContext(clientContext)
            .build()
            .send(
                java.net.http.HttpRequest.newBuilder(server.uri()).build(),
                BodyHandlers.ofString());

    assertThat(server.uri().getScheme()).isEqualTo("https");
    assertThat(answer.body()).contains("<version>2.0</version>");
  }

  @Test
  void sessionCallsKnowTheirUser() throws Exception {
    server.meetings().create("test01");
    HttpResponse<String> joined =
        caller.get("join", "meetingID=test01&fullName=A+B&role=VIEWER&redirect=false");
    String session = "sessionToken=" + text(joined, "session_token");

    HttpResponse<String> joinUrl = caller.getUnsigned("getJoinUrl", session);
    HttpResponse<String> stuns = caller.getUnsigned("stuns", session);
    HttpResponse<String> stranger = caller.getUnsigned("stuns", "sessionToken=x");
    caller.getUnsigned("signOut", session);

    assertThat(joinUrl.body()).contains("/join?&fullName=A%2BB&meetingID=test01");
    assertThat(stuns.body()).startsWith("{\"stunServers\":[]");
    assertThat(stranger.body()).contains("\"FAILED\"");
    assertThat(server.meetings().get("test01").orElseThrow().running()).isFalse();
  }

  @Test
  void chatMessagesReachRunningMeetingsOnly() throws Exception {
    server.meetings().create("test01");
    String query = "meetingID=test01&message=Hello&userName=Ann";
    HttpResponse<String> empty = caller.get("sendChatMessage", query);
    server.meetings().join("test01", "Bob", "VIEWER");

    HttpResponse<String> running = caller.get("sendChatMessage", query);
    HttpResponse<String> without = caller.get("sendChatMessage", "meetingID=test01");

    assertThat(key(empty)).isEqualTo("meetingNotFound");
    assertThat(text(running, "message")).isEqualTo("Message successfully sent");
    assertThat(key(without)).isEqualTo("missingParamMessage");
    assertThat(server.meetings().get("test01").orElseThrow().chatMessages())
        .containsExactly("Ann: Hello");
  }

  @Test
  void documentsAreInsertedEachTime() throws Exception {
    server.meetings().create("test01");
    String slides =
        "<modules><module name=\"presentation\"><document url=\"http://x/a.pdf\"/>"
            + "<document name=\"b.pdf\">AAAA</document></module></modules>";

    caller.post("insertDocument", "meetingID=test01", "application/xml", slides);
    HttpResponse<String> again =
        caller.post("insertDocument", "meetingID=test01", "application/xml", slides);
    HttpResponse<String> none =
        caller.post("insertDocument", "meetingID=test01", "application/xml", "<modules/>");
    HttpResponse<String> unknown =
        caller.post("insertDocument", "meetingID=none", "application/xml", slides);

    assertThat(text(again, "message")).isEqualTo("Presentation is being uploaded");
    assertThat(key(again)).isNull();
    assertThat(text(none, "returncode")).isEqualTo("FAILED");
    assertThat(text(unknown, "message")).isEqualTo("Meeting with id [none] not found.");
    assertThat(server.meetings().get("test01").orElseThrow().documents()).isEqualTo(4);
  }

  @Test
  void anyBodyIsTakenWhereParsingIsSkipped() throws Exception {
    server.meetings().create("test01");

    HttpResponse<String> answer =
        caller.post(
            "insertDocument",
            "meetingID=test01&simulatorSkipParsing=true",
            "application/xml",
            "x".repeat(1_000_000));

    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
    assertThat(server.requests().get(0).bodyLength()).isEqualTo(1_000_000);
  }

  @Test
  void hugeDocumentsPassAsAStream() throws Exception {
    server.meetings().create("test01");
    byte[] block = "A".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
    byte[] start =
        "<modules><module name=\"presentation\"><document name=\"a.pdf\">"
            .getBytes(StandardCharsets.US_ASCII);
    byte[] end = "</document></module></modules>".getBytes(StandardCharsets.US_ASCII);
    List<byte[]> body = new ArrayList<>();
    body.add(start);
    for (int i = 0; i < 100; i++) {
      body.add(block);
    }
    body.add(end);

    HttpResponse<String> answer =
        caller.send(
            "POST",
            "insertDocument",
            caller.signed("insertDocument", "meetingID=test01"),
            BodyPublishers.ofByteArrays(body),
            "Content-Type",
            "application/xml");

    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
    assertThat(server.requests().get(0).bodyLength())
        .isEqualTo(100_000_000 + start.length + end.length);
  }

  @Test
  void downloadsHaveTheSizeAskedFor() throws Exception {
    HttpResponse<String> known = caller.get("simulatorDownload", "bytes=1000000");
    HttpResponse<String> chunked = caller.get("simulatorDownload", "bytes=10000&chunked=true");
    HttpResponse<String> tiny = caller.get("simulatorDownload", "bytes=7");

    assertThat(known.headers().firstValue("Content-Length")).hasValue("1000000");
    assertThat(known.body()).hasSize(1_000_000).endsWith("</response>");
    assertThat(chunked.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
    assertThat(chunked.body()).hasSize(10_000);
    assertThat(tiny.body()).hasSize(7);
    assertThat(key(caller.getUnsigned("simulatorDownload", "bytes=7"))).isEqualTo("checksumError");
  }

  @Test
  void transfersKeepToTheirRate() throws Exception {
    long start = System.nanoTime();

    caller.get("simulatorDownload", "bytes=20000&rate=100000");
    caller.post("simulatorUpload", "rate=100000", "text/plain", "x".repeat(20_000));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(390));
  }

  @Test
  void pacedChunksArriveWhileTheyAreSent() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET /bigbluebutton/api/simulatorDownload?"
                      + caller.signed("simulatorDownload", "bytes=1000&rate=100&chunked=true")
                      + " HTTP/1.1\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      long start = System.nanoTime();

      byte[] some = in.readNBytes(220);

      assertThat(new String(some, StandardCharsets.US_ASCII)).contains("<resp");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void theControlInterfaceChangesTheServer() throws Exception {
    caller.control("POST", "create?meetingID=test01");
    caller.control("POST", "join?meetingID=test01&fullName=Ann&role=moderator");
    caller.control("POST", "fault?call=getMeetings&spec=error:503*1");
    caller.control("POST", "recording?meetingID=old");

    assertThat(caller.get("getMeetings", "").statusCode()).isEqualTo(503);
    assertThat(caller.get("getMeetings", "").body()).contains("<fullName>Ann</fullName>");
    assertThat(caller.control("GET", "counters").body()).isEqualTo("getMeetings=2\n");
    assertThat(caller.control("GET", "requests").body()).startsWith("GET getMeetings checksum=");
    assertThat(caller.control("POST", "leave?meetingID=test01&fullName=Ann").statusCode())
        .isEqualTo(200);
    assertThat(caller.control("POST", "leave?meetingID=test01&fullName=Ann").statusCode())
        .isEqualTo(404);
    assertThat(caller.control("POST", "fault?spec=nonsense").statusCode()).isEqualTo(400);
    assertThat(caller.control("GET", "nonsense").statusCode()).isEqualTo(404);
    assertThat(server.meetings().recordings()).hasSize(1);
    caller.control("POST", "crash");
    assertThat(server.meetings().size()).isZero();
  }
}
