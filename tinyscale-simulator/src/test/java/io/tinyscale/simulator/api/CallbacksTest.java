package io.tinyscale.simulator.api;

import static io.tinyscale.simulator.Caller.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tinyscale.simulator.Caller;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.http.Query;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallbacksTest {
  private static final String SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b";

  /** What a front end received: method, target and body. */
  private record Received(String method, String target, String body, String authorization) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private HttpServer frontend;
  private SimulatedServer server;

  @BeforeEach
  void start() throws IOException {
    frontend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    frontend.createContext("/", this::receive);
    frontend.start();
    server =
        SimulatedServer.builder()
            .secret(SECRET)
            .webhooks(true)
            .callbackRetries(Duration.ofMillis(20), Duration.ofMillis(20))
            .start();
  }

  @AfterEach
  void close() {
    server.close();
    frontend.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    received.add(
        new Received(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
            exchange.getRequestHeaders().getFirst("Authorization")));
    int status = failures.getAndDecrement() > 0 ? 500 : 200;
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + frontend.getAddress().getPort() + path;
  }

  @Test
  void callsTheEndCallbackTwice() {
    server.meetings().create("a b", Map.of("meta_endCallbackUrl", url("/ended?token=1")));

    server.meetings().end("a b");

    await().until(() -> received.size() == 2);
    assertThat(received)
        .extracting(Received::target)
        .containsOnly("/ended?token=1&recordingmarks=false&meetingID=a+b");
  }

  @Test
  void callsMeetingEndedUrlUnchanged() {
    server.meetings().create("test01", Map.of("meetingEndedURL", url("/private")));

    server.meetings().end("test01");

    await().until(() -> received.size() == 2);
    assertThat(received).extracting(Received::target).containsOnly("/private");
  }

  @Test
  void repeatsAFailedDelivery() {
    failures.set(1);
    server.meetings().create("test01", Map.of("meetingEndedURL", url("/private")));

    server.meetings().end("test01");

    await().until(() -> received.size() == 3);
  }

  @Test
  void readyRecordingsAreSignedWithTheServersSecret() {
    Map<String, String> parameters =
        Map.of("record", "true", "meta_bn-recording-ready-url", url("/ready"));
    String recordId = server.meetings().create("test01", parameters).internalId();

    server.meetings().end("test01");

    await().until(() -> received.size() == 1);
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("meeting_id", "test01");
    claims.put("record_id", recordId);
    assertThat(received.get(0).method()).isEqualTo("POST");
    assertThat(received.get(0).body()).isEqualTo("signed_parameters=" + Jwt.hs256(claims, SECRET));
  }

  @Test
  void signsTokensLikeTheKnownToken() {
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("meeting_id", "test01");
    claims.put("record_id", SimulatedMeeting.hashOf("test01") + "-1700000000000");

    assertThat(Jwt.hs256(claims, SECRET))
        .isEqualTo(
            "eyJhbGciOiJIUzI1NiJ9.eyJtZWV0aW5nX2lkIjoidGVzdDAxIiwicmVjb3JkX2lkIjoiYzI1YTc5YzU3O"
                + "TA2YmE3MDI3YjM2ZDM4MDIzMGRiOTJiYmMwZmQ2NC0xNzAwMDAwMDAwMDAwIn0._-eUyXs5QqGgdXcE"
                + "Sh9AKeuhr0bTi9SBRRwglFk_GyA");
  }

  @Test
  void analyticsCarryABearerToken() {
    server.meetings().create("test01", Map.of("meta_analytics-callback-url", url("/analytics")));

    server.meetings().end("test01");

    await().until(() -> received.size() == 1);
    assertThat(received.get(0).authorization()).matches("Bearer [\\w-]+\\.[\\w-]+\\.[\\w-]+");
    assertThat(received.get(0).body()).contains("\"meeting_id\":\"test01\"");
  }

  @Test
  void webhooksAreToldOfTheirMeetingsOnly() throws Exception {
    Caller caller = new Caller(server);
    String query = "callbackURL=" + encode(url("/hook?a=1")) + "&meetingID=test01";
    caller.get("hooks/create", query);

    server.meetings().create("other");
    server.meetings().create("test01");
    server.meetings().join("test01", "Ann", "VIEWER");
    server.meetings().end("test01");

    await().until(() -> received.size() == 3);
    Received first = received.get(0);
    assertThat(url(first.target()))
        .isEqualTo(Callbacks.signedHookUrl(url("/hook?a=1"), first.body(), SECRET));
    assertThat(received)
        .extracting(r -> Query.parse(r.body()).first("event").orElseThrow())
        .satisfiesExactly(
            created -> assertThat(created).contains("meeting-created"),
            joined -> assertThat(joined).contains("user-joined"),
            ended -> assertThat(ended).contains("meeting-ended"));
  }

  @Test
  void signsWebhooksLikeTheKnownWebhook() {
    String body = Callbacks.hookBody("bbb1.example.org", "[{\"data\":{}}]", 0);

    assertThat(body)
        .isEqualTo("domain=bbb1.example.org&event=%5B%7B%22data%22%3A%7B%7D%7D%5D&timestamp=0");
    assertThat(Callbacks.signedHookUrl("https://fe.example.org/hook?a=1&b=2", body, SECRET))
        .endsWith("&checksum=7552750bb571028d396a972ab22e45de498fbb29");
  }

  @Test
  void closeDropsUndeliveredCallbacks() throws Exception {
    try (SimulatedServer quitting = SimulatedServer.builder().name("quitting").start()) {
      quitting.meetings().create("test01", Map.of("meetingEndedURL", "http://127.0.0.1:1/none"));
      quitting.meetings().end("test01");
    }

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("quitting-"));
  }
}
