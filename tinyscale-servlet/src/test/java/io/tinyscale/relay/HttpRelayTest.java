package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.callback.CallbackContext;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.config.ConfigException;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.httpcore.TrustedCas;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.tenant.Tenant;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HttpRelayTest {

  private static final Tenant HOUSE = new Tenant("house", Vectors.HOUSE.secrets());

  @TempDir Path spool;

  private final Heard heard = new Heard();
  private final FakeNames names = new FakeNames();
  private Duration shift = Duration.ZERO;
  private Receiver frontEnd;
  private HttpRelay relay;

  @BeforeEach
  void start() throws IOException {
    frontEnd = new Receiver();
    names.with("fe.example", "127.0.0.1");
  }

  @AfterEach
  void stop() throws IOException {
    if (relay != null) {
      relay.close();
    }
    frontEnd.close();
  }

  private HttpRelay started(boolean onDisk, String... allow) {
    relay =
        new HttpRelay(
            new RelaySettings(
                URI.create("https://lb.example.org"),
                onDisk ? spool : null,
                List.of(allow),
                Duration.ofHours(24),
                null,
                List.of()),
            TrustedCas.contexts(List.of()),
            names);
    relay.start(context());
    return relay;
  }

  private CallbackContext context() {
    return new CallbackContext() {
      @Override
      public List<Tenant> tenants() {
        return List.of(HOUSE);
      }

      @Override
      public List<Secret> serverSecrets() {
        return List.of(Secret.of("of-another-server"), Vectors.SERVER);
      }

      @Override
      public Optional<Tenant> owner(String internalMeetingId) {
        return Optional.of(HOUSE);
      }

      @Override
      public GatewayObserver observer() {
        return heard;
      }

      @Override
      public InstantSource clock() {
        return () -> Instant.now().plus(shift);
      }
    };
  }

  private HttpAnswer request(String method, String url, String query, String body) {
    String path = RelaySettings.PATH + url.substring(relay.prefix().length());
    return relay
        .route()
        .at(path)
        .orElseThrow()
        .handle(
            new HttpRequest(
                method, path, query, name -> Collections.emptyEnumeration(), Body.of(body)),
            new Cancellation())
        .toCompletableFuture()
        .join();
  }

  private String original(String path) {
    return "http://fe.example:" + frontEnd.port() + path;
  }

  private int ended() {
    String url = relay.callbackUrl(HOUSE, CallbackKind.ENDED, "room7", original("/ended?t=1"));
    return request("GET", url, "recordingmarks=true&meetingID=room7", "").status();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(spool)) {
      return all.filter(file -> file.toString().endsWith(".callback")).toList();
    }
  }

  @Test
  void deliversACallbackAndForgetsIt() throws IOException {
    started(true, "127.0.0.1");

    assertThat(ended()).isEqualTo(200);

    await().untilAsserted(() -> assertThat(relay.status().waiting()).isZero());
    assertThat(frontEnd.requests()).hasSize(1);
    assertThat(frontEnd.requests().get(0))
        .startsWith("GET /ended?t=1&recordingmarks=true&meetingID=room7 HTTP/1.1\r\n");
    assertThat(files()).isEmpty();
    assertThat(heard.events()).containsExactly("delivered house ended fe.example 1");
  }

  @Test
  void tellsOfTheEndOfNoOtherMeetingThanTheCreates() {
    started(true, "127.0.0.1");
    String url = relay.callbackUrl(HOUSE, CallbackKind.ENDED, "room7", original("/ended"));

    assertThat(request("GET", url, "recordingmarks=true&meetingID=room8", "").status())
        .isEqualTo(401);
    assertThat(request("GET", url, "recordingmarks=true&meetingID=room7", "").status())
        .isEqualTo(200);
  }

  @Test
  void deliversARecordingWithTheSignatureOfTheHouse() {
    started(true, "127.0.0.1");
    String url =
        relay.callbackUrl(HOUSE, CallbackKind.RECORDING_READY, "room7", original("/ready"));

    HttpAnswer answer = request("POST", url, "", "signed_parameters=" + Vectors.HOUSE_RECORDING_IN);

    assertThat(answer.status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(relay.status().waiting()).isZero());
    assertThat(frontEnd.requests().get(0))
        .endsWith("\r\n\r\nsigned_parameters=" + Vectors.HOUSE_RECORDING_OUT);
  }

  @Test
  void deliversAfterARestartWhatTheFrontEndDidNotTake() throws IOException {
    frontEnd.answering(Receiver.status("503 Service Unavailable"));
    started(true, "127.0.0.1");
    assertThat(ended()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(heard.events()).hasSize(1));
    relay.close();
    assertThat(files()).hasSize(1);
    String file = Files.readString(files().get(0));
    assertThat(file).doesNotContain("house-secret", "639259d4");

    frontEnd.answering(Receiver.status("200 OK"));
    shift = Duration.ofMinutes(20);
    started(true, "127.0.0.1");

    await().untilAsserted(() -> assertThat(relay.status().waiting()).isZero());
    assertThat(heard.events()).last().isEqualTo("delivered house ended fe.example 2");
    assertThat(files()).isEmpty();
  }

  @Test
  void letsNoServerWaitForAFrontEnd() throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    frontEnd.answering((request, out) -> over.await());
    started(true, "127.0.0.1");

    for (int i = 0; i < 20; i++) {
      assertThat(ended()).isEqualTo(200);
    }

    await().until(() -> frontEnd.requests().size() == 2);
    assertThat(relay.status().waiting()).isEqualTo(20);
    over.countDown();
  }

  @Test
  void refusesAFrontEndOnThisMachine() {
    started(true, "public");

    assertThat(ended()).isEqualTo(200);

    await().untilAsserted(() -> assertThat(heard.events()).hasSize(1));
    assertThat(heard.events())
        .containsExactly("refused house ended fe.example 1 its address is not allowed");
    assertThat(frontEnd.connections()).isZero();
  }

  @Test
  void refusesARedirectToAnAddressThatIsNotAllowed() throws IOException {
    names.with("169.254.169.254", "169.254.169.254");
    frontEnd.answering(
        Receiver.status("302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/"));
    started(true, "127.0.0.1", "public");

    assertThat(ended()).isEqualTo(200);

    await().untilAsserted(() -> assertThat(heard.events()).hasSize(1));
    assertThat(heard.events())
        .containsExactly("refused house ended fe.example 1 its address is not allowed");
  }

  @Test
  void handsAWebhookOnWhileTheServerWaits() {
    started(false, "127.0.0.1");
    String url = relay.hookUrl(HOUSE, original("/hook"));
    byte[] body = Vectors.hookBody(Vectors.HOUSE_RUN, "room7");
    String checksum = HookSignature.SHA256.of(url, body, Vectors.SERVER);

    HttpAnswer answer = request("POST", url, "checksum=" + checksum, new String(body));

    assertThat(answer.status()).isEqualTo(200);
    String expected = HookSignature.SHA256.of(original("/hook"), body, HOUSE.secrets().get(0));
    assertThat(frontEnd.requests().get(0))
        .startsWith("POST /hook?checksum=" + expected + " HTTP/1.1\r\n")
        .endsWith(new String(body));
  }

  @Test
  void warnsOnceThatCallbacksInMemoryAreLost() {
    started(false, "127.0.0.1");

    assertThat(heard.events())
        .singleElement()
        .asString()
        .startsWith("warning relay.spool: missing.");
    assertThat(ended()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(relay.status().waiting()).isZero());
  }

  @Test
  void saysHowManyFilesHoldNoCallback() throws IOException {
    Files.writeString(spool.resolve("5-0000000000000001.callback"), "x");

    started(true, "127.0.0.1");

    assertThat(heard.events()).singleElement().asString().contains("1 files hold no callback");
  }

  @Test
  void saysHowManyCallbacksItCannotReadNow() throws IOException {
    Path file = spool.resolve("5-0000000000000001.callback");
    Files.createSymbolicLink(file, file);

    started(true, "127.0.0.1");

    assertThat(heard.events()).singleElement().asString().contains("1 files cannot be read now");
    assertThat(file).isSymbolicLink();
  }

  @Test
  void refusesTheSpoolOfAnother() throws IOException {
    HttpRelay first = started(true, "127.0.0.1");

    assertThatThrownBy(() -> started(true, "127.0.0.1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("relay.spool")
        .hasMessageContaining("another process uses it");

    relay.close();
    first.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = CallbackKind.class,
      names = {"ENDED", "RECORDING_READY", "ANALYTICS"})
  void knowsTheOriginalOfEveryCallback(CallbackKind kind) {
    started(false, "127.0.0.1");

    String first = relay.callbackUrl(HOUSE, kind, "room7", Vectors.ENDED_URL);
    String second = relay.callbackUrl(HOUSE, kind, "room7", Vectors.ENDED_URL);

    assertThat(first).isNotEqualTo(second).startsWith(Vectors.PREFIX);
    assertThat(relay.originalCallback(first.substring(Vectors.PREFIX.length())))
        .contains(Vectors.ENDED_URL);
    assertThat(relay.originalHook(first)).isEmpty();
    assertThat(relay.originalCallback("e1.house.a.b.c")).isEmpty();
  }

  @Test
  void knowsTheOriginalOfEveryWebhook() {
    started(false, "127.0.0.1");

    assertThat(relay.hookUrl(HOUSE, Vectors.HOOK_URL))
        .isEqualTo(Vectors.PREFIX + Vectors.HOUSE_HOOK);
    assertThat(relay.originalHook(Vectors.PREFIX + Vectors.HOUSE_HOOK)).contains(Vectors.HOOK_URL);
    assertThat(relay.originalHook(Vectors.HOOK_URL)).isEmpty();
    assertThat(relay.originalCallback(Vectors.HOUSE_HOOK)).isEmpty();
  }

  @Test
  void answersItsOwnPathsOnly() {
    started(false, "127.0.0.1");

    assertThat(relay.route().at("/bigbluebutton/api/create")).isEmpty();
    assertThat(relay.route().at("/bigbluebutton/tinyscale/callback")).isEmpty();
    assertThat(relay.route().at("/bigbluebutton/tinyscale/callback/x")).isPresent();
  }

  @Test
  void closesTwiceAndLeavesNoThread() {
    started(true, "127.0.0.1");
    ended();
    await().untilAsserted(() -> assertThat(relay.status().waiting()).isZero());

    relay.close();
    relay.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("tinyscale-relay"));
    assertThat(relay.status()).isNotEqualTo(CallbackStatus.NONE);
  }

  @Test
  void closesWithoutHavingBeenStarted() {
    new HttpRelay(
            new RelaySettings(
                URI.create("https://lb.example.org"),
                spool,
                List.of("public"),
                Duration.ofHours(1),
                null,
                List.of()),
            TrustedCas.contexts(List.of()),
            names)
        .close();

    assertThat(spool).isEmptyDirectory();
  }
}
