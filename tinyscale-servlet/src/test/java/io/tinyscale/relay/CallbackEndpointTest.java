package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.upstream.ManualTime;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackEndpointTest {

  /** What a server adds at the end of a meeting. */
  private static final String GENUINE = "recordingmarks=false&meetingID=room7";

  private static final String RECORDING_FORM = "signed_parameters=";
  private static final String ANALYTICS_URL = "https://fe.example/analytics";

  private final ManualTime time = new ManualTime();
  private final long begun = time.nanos();
  private final InstantSource clock =
      () -> Instant.ofEpochSecond(Vectors.NOW).plusNanos(time.nanos() - begun);
  private final FakeSender sender = new FakeSender().answering(200);
  private final Heard heard = new Heard();
  private final List<Party> tenants = new ArrayList<>(Vectors.BOTH);
  private final List<Secret> servers = new ArrayList<>(List.of(Vectors.SERVER));
  private final HeldBytes room = new HeldBytes(64 << 20);
  private final HeldBytes eventRoom = new HeldBytes(32 << 20);
  private Executor events = Runnable::run;
  private CallbackEndpoint endpoint = endpoint(new MemorySpool(1_000, 64 << 20));

  private CallbackEndpoint endpoint(Spool spool) {
    Deliveries deliveries =
        new Deliveries(
            spool,
            new Delivery(sender, () -> tenants, clock, time::nanos),
            Runnable::run,
            time,
            clock,
            () -> 0.5,
            Duration.ofHours(24),
            heard);
    return new CallbackEndpoint(
        Vectors.PREFIX,
        () -> tenants,
        new Reading(() -> servers, clock),
        new Webhooks(
            sender,
            () -> servers,
            CallbackEndpointTest::owner,
            heard,
            deliveries::countHook,
            time::nanos),
        new Seen(100, time::nanos),
        spool,
        deliveries,
        Runnable::run,
        work -> events.execute(work),
        room,
        eventRoom,
        time,
        time::nanos);
  }

  private static Optional<Tenant> owner(String internalId) {
    return internalId.equals(Vectors.HOUSE_RUN)
        ? Optional.of(new Tenant("house", Vectors.HOUSE.secrets()))
        : Optional.empty();
  }

  private HttpAnswer request(
      String method, String token, String query, Map<String, String> fields, String body) {
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(fields);
    return endpoint
        .handle(
            new HttpRequest(
                method,
                RelaySettings.PATH + token,
                query,
                name ->
                    byName.containsKey(name)
                        ? Collections.enumeration(List.of(byName.get(name)))
                        : Collections.emptyEnumeration(),
                Body.of(body)),
            new Cancellation())
        .toCompletableFuture()
        .join();
  }

  private int ended(String token, String query) {
    return request("GET", token, query, Map.of("User-Agent", "Mozilla"), "").status();
  }

  private int ready(String token, String form) {
    return request("POST", token, "", Map.of(), form).status();
  }

  private int analytics(String token, String jwt, String body) {
    return request(
            "POST",
            token,
            "",
            Map.of(
                "Authorization",
                "Bearer " + jwt,
                "content-type",
                "application/json",
                "User-Agent",
                "BigBlueButton Analytics Callback"),
            body)
        .status();
  }

  private static String token(CallbackKind kind, Party tenant, String url) {
    return new Token(kind, tenant, url).text(Vectors.NONCE);
  }

  private static String signed(String algorithm, String claims) {
    return new Jwt(algorithm, claims).signed(false, Vectors.SERVER);
  }

  private static String text(Message message) {
    ByteBuffer bytes = ByteBuffer.allocate((int) message.content().length());
    try (ReadableByteChannel channel = message.content().open()) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Goes on.
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private Message only() {
    assertThat(sender.messages()).hasSize(1);
    return sender.messages().get(0);
  }

  @Test
  void tellsTheFrontEndThatAMeetingHasEnded() {
    HttpAnswer answer =
        request("GET", Vectors.HOUSE_ENDED, "recordingmarks=false&meetingID=room7", Map.of(), "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).containsExactly(new Header("Content-Type", "text/plain"));
    assertThat(answer.body().bytes().orElseThrow()).asString().isEqualTo("OK");
    assertThat(only().to())
        .hasToString("Destination[gl.school-a.example]")
        .extracting(Destination::target)
        .isEqualTo("/meeting_ended?t=9&recordingmarks=false&meetingID=room7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "recordingmarks=false&meetingID=room7__school-a recordingmarks=false&meetingID=room7",
        "meetingID=room7__school-a&x=1__school-a meetingID=room7&x=1__school-a",
        "meetingID=room7%20__school-a meetingID=room7%20",
        "xmeetingID=room7__school-a xmeetingID=room7__school-a",
        "meetingID=room7 meetingID=room7",
        "meetingID=a%2Bb%C3%A4+c__school-a meetingID=a%2Bb%C3%A4+c"
      })
  void cutsTheSuffixOffTheEndedMeetingsId(String query, String own) {
    assertThat(ended(Vectors.SCHOOL_ENDED, query)).isEqualTo(200);

    assertThat(only().to().target()).isEqualTo("/meeting_ended?t=9&" + own);
  }

  @Test
  void sendsTheUrlOfAnEndedMeetingAsItIsWithoutAQuery() {
    assertThat(ended(token(CallbackKind.ENDED, Vectors.HOUSE, "https://a.example/x#y"), ""))
        .isEqualTo(200);
    assertThat(ended(token(CallbackKind.ENDED, Vectors.HOUSE, "https://a.example/z#y"), "b=1"))
        .isEqualTo(200);

    assertThat(sender.messages())
        .extracting(message -> message.to().target())
        .containsExactly("/x", "/z?b=1");
  }

  @Test
  void tellsOnceThatAMeetingHasEndedHoweverOftenTheServerDoes() {
    ended(Vectors.HOUSE_ENDED, "meetingID=room7");
    time.advance(Duration.ofMinutes(8));
    assertThat(ended(Vectors.HOUSE_ENDED, "meetingID=room7")).isEqualTo(200);

    assertThat(sender.messages()).hasSize(1);
  }

  /** People in a meeting can read the URL; what they call does not replace the server's call. */
  @Test
  void tellsOfAnEndedMeetingAlthoughSomebodyCalledItsUrlBefore() {
    ended(Vectors.HOUSE_ENDED, "");
    ended(Vectors.HOUSE_ENDED, "x=1");
    ended(Vectors.HOUSE_ENDED, "recordingmarks=false&meetingID=other");
    ended(Vectors.HOUSE_ENDED, GENUINE);

    assertThat(queries()).containsExactly("", "x=1", GENUINE.replace("room7", "other"), GENUINE);
  }

  private static String endOf(String meetingId) {
    return Token.ofEnd(Vectors.HOUSE, Vectors.ENDED_URL, meetingId).text(Vectors.NONCE);
  }

  /** What the front end was told at the end of a meeting. */
  private List<String> queries() {
    return sender.messages().stream()
        .map(message -> message.to().target())
        .map(target -> target.replaceFirst("^/meeting_ended\\?t=9&?", ""))
        .toList();
  }

  /** The first is what a participant calls with the URL that he has read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "recordingmarks=false&meetingID=other",
        "recordingmarks=true&meetingID=room7",
        "recordingmarks=false&meetingID=room7&x=1",
        "recordingmarks=false&meetingID=room7&meetingID=other",
        "meetingID=room7",
        "recordingmarks=false",
        "recordingmarks=x&meetingID=room7",
        "+recordingmarks=false&meetingID=room7",
        "recordingmarks=false&+meetingID=room7",
        "recordingmarks=false&meetingID=room7&",
        "recordingmarks=false&recordingmarks=false&meetingID=room7",
        "recordingmarks=false&meetingID=%20room7"
      })
  void noOtherCallReplacesTheServers(String forged) {
    ended(endOf("room7"), forged);
    assertThat(ended(endOf("room7"), GENUINE)).isEqualTo(200);
    assertThat(queries()).containsOnlyOnce(GENUINE);

    ended(Vectors.HOUSE_ENDED, forged);
    assertThat(ended(Vectors.HOUSE_ENDED, GENUINE)).isEqualTo(200);
    assertThat(queries()).filteredOn(GENUINE::equals).hasSize(2);
  }

  @Test
  void tellsOfTheEndAtOnceAndNotOnceMoreAfterAnotherCall() {
    ended(endOf("room7"), GENUINE);
    ended(endOf("room7"), "recordingmarks=false&meetingID=other");
    ended(endOf("room7"), GENUINE);

    assertThat(queries()).containsExactly(GENUINE);
  }

  @Test
  void tellsOnceOfBothCallsOfAServer() {
    String token = endOf("room 7");

    assertThat(ended(token, "recordingmarks=true&meetingID=room+7")).isEqualTo(200);
    assertThat(ended(token, "recordingmarks=true&meetingID=room+7")).isEqualTo(200);
    assertThat(ended(token, "meetingID=room%207&recordingmarks=true")).isEqualTo(200);

    assertThat(queries()).containsExactly("recordingmarks=true&meetingID=room+7");
  }

  @Test
  void tellsOfNoOtherMeetingThanTheCreates() {
    String token = endOf("room7");

    assertThat(ended(token, "recordingmarks=false&meetingID=room8")).isEqualTo(401);
    assertThat(ended(token, "meetingID=room7&meetingID=room8")).isEqualTo(401);
    assertThat(ended(token, "meetingID=")).isEqualTo(401);

    assertThat(sender.messages()).isEmpty();
  }

  /** Too many are told to come again, which a server does. */
  @Test
  void tellsOfFewCallsThatNoServerMakesAndStillOfTheServers() {
    String token = endOf("room7");
    for (int i = 0; i < 20; i++) {
      assertThat(ended(token, "meetingID=room7&x=" + i)).isEqualTo(i < 4 ? 200 : 503);
    }

    assertThat(ended(token, "meetingID=room7&x=3")).as("seen stays seen").isEqualTo(200);
    assertThat(ended(token, GENUINE)).isEqualTo(200);
    assertThat(queries()).hasSize(5).endsWith(GENUINE);
  }

  @Test
  void tellsOfFewMeetingsIfTheUrlNamesNone() {
    for (int i = 0; i < 20; i++) {
      assertThat(ended(Vectors.HOUSE_ENDED, "meetingID=room" + i)).isEqualTo(i < 4 ? 200 : 503);
    }
    assertThat(sender.messages()).hasSize(4);

    time.advance(Duration.ofMinutes(15));
    assertThat(ended(Vectors.HOUSE_ENDED, GENUINE)).isEqualTo(200);
  }

  @Test
  void tellsOfTheEndAlthoughSomebodyHasSaidTheSameLongBefore() {
    String token = endOf("room7");
    ended(token, GENUINE);
    time.advance(Duration.ofMinutes(15));

    ended(token, GENUINE);

    assertThat(queries()).containsExactly(GENUINE, GENUINE);
  }

  @Test
  void knowsTheQueryOfAUrlFromItsFragment() {
    ended(token(CallbackKind.ENDED, Vectors.HOUSE, "https://a.example/x#a?b"), "meetingID=room7");

    assertThat(only().to().target()).isEqualTo("/x?meetingID=room7");
  }

  @Test
  void answersAHeadAndTellsNobody() {
    assertThat(request("HEAD", Vectors.HOUSE_ENDED, "", Map.of(), "").status()).isEqualTo(200);
    assertThat(sender.messages()).isEmpty();

    ended(Vectors.HOUSE_ENDED, "meetingID=room7");
    assertThat(sender.messages()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"meetingID=a b", "meetingID=\u00e4", "a=\r\nHost: x"})
  void refusesAQueryThatMustNotBeInAnUrl(String query) {
    assertThat(ended(Vectors.HOUSE_ENDED, query)).isEqualTo(400);
    assertThat(ended(Vectors.HOUSE_ENDED, "a=" + "b".repeat(10_000))).isEqualTo(400);
  }

  @Test
  void tellsTheFrontEndThatARecordingIsReady() {
    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM + Vectors.HOUSE_RECORDING_IN))
        .isEqualTo(200);

    assertThat(text(only())).isEqualTo("signed_parameters=" + Vectors.HOUSE_RECORDING_OUT);
    assertThat(only().to()).isEqualTo(destination(Vectors.RECORDING_URL));
  }

  @Test
  void tellsATenantThatItsRecordingIsReadyByItsOwnId() {
    assertThat(ready(Vectors.SCHOOL_RECORDING, RECORDING_FORM + Vectors.SCHOOL_RECORDING_IN))
        .isEqualTo(200);

    assertThat(text(only())).isEqualTo("signed_parameters=" + Vectors.SCHOOL_RECORDING_OUT);
  }

  @Test
  void tellsOfTheRecordingOfABreakoutRoom() {
    String breakout = "c433260bb242d5a46584a02596f8db3ee810a785-1700000000000";
    String jwt = signed("HS256", "{\"meeting_id\":\"" + breakout + "\",\"record_id\":\"r\"}");

    assertThat(ready(Vectors.SCHOOL_RECORDING, RECORDING_FORM + jwt)).isEqualTo(200);

    assertThat(text(only())).contains(jwt.split("\\.")[1]);
  }

  @Test
  void keepsTheAlgorithmAndTheOtherClaims() {
    String claims =
        "{\"x\":1.0,\"meeting_id\":\"room7__school-a\",\"record_id\":\"r\",\"y\":[null,\"ä\"]}";

    assertThat(ready(Vectors.SCHOOL_RECORDING, RECORDING_FORM + signed("HS384", claims)))
        .isEqualTo(200);

    Jwt out =
        Jwt.verified(text(only()).substring(RECORDING_FORM.length()), Vectors.SCHOOL.secrets())
            .orElseThrow();
    assertThat(out).isEqualTo(new Jwt("HS384", claims.replace("room7__school-a", "room7")));
  }

  @Test
  void tellsOnceForEachFormatOfARecording() {
    String form = RECORDING_FORM + Vectors.HOUSE_RECORDING_IN;
    ready(Vectors.HOUSE_RECORDING, form);
    time.advance(Duration.ofSeconds(59));
    assertThat(ready(Vectors.HOUSE_RECORDING, form)).isEqualTo(200);
    assertThat(sender.messages()).hasSize(1);

    time.advance(Duration.ofSeconds(2));
    ready(Vectors.HOUSE_RECORDING, form);
    assertThat(sender.messages()).hasSize(2);
  }

  @Test
  void tellsOfEveryRecording() {
    ready(
        Vectors.HOUSE_RECORDING,
        RECORDING_FORM + signed("HS256", "{\"meeting_id\":\"m\",\"record_id\":\"r1\"}"));
    ready(
        Vectors.HOUSE_RECORDING,
        RECORDING_FORM + signed("HS256", "{\"meeting_id\":\"m\",\"record_id\":\"r2\"}"));

    assertThat(sender.messages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"meeting_id\":\"room7\",\"record_id\":\"r\"}",
        "{\"meeting_id\":\"room7__school-b\",\"record_id\":\"r\"}",
        "{\"meeting_id\":\"room7__school-a\"}",
        "{\"record_id\":\"r\"}",
        "{\"meeting_id\":7,\"record_id\":\"r\"}",
        "{\"meeting_id\":\"room7__school-a\",\"record_id\":7}",
        "{\"meeting_id\":\"room7__school-a\",\"record_id\":null}",
        "{\"meeting_id\":\"room7__school-b\",\"meeting_id\":\"room7__school-a\",\"record_id\":\"r\"}",
        "[]",
        "text"
      })
  void refusesClaimsThatAreNotTheTenants(String claims) {
    assertThat(ready(Vectors.SCHOOL_RECORDING, RECORDING_FORM + signed("HS256", claims)))
        .isEqualTo(401);
    assertThat(sender.messages()).isEmpty();
  }

  @Test
  void refusesATokenOfNoServer() {
    String claims = "{\"meeting_id\":\"room7\",\"record_id\":\"r\"}";
    String ofTheTenant = new Jwt("HS256", claims).signed(false, Vectors.HOUSE.signing());
    String none = "eyJhbGciOiJub25lIn0.eyJtZWV0aW5nX2lkIjoiciIsInJlY29yZF9pZCI6InIifQ.";

    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM + ofTheTenant)).isEqualTo(401);
    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM + none)).isEqualTo(401);
    String number = Base64.getUrlEncoder().encodeToString("{\"alg\":256}".getBytes());
    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM + number + ".e30.AA")).isEqualTo(401);
    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM)).isEqualTo(401);
    assertThat(sender.messages()).isEmpty();
  }

  @Test
  void acceptsATokenOfAServerThatIsNotInUseAnyMore() {
    servers.add(0, Secret.of("a-fresh-secret-of-the-server"));

    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM + Vectors.HOUSE_RECORDING_IN))
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a=b", "signed_parameters", "signed_parameters=", "\u0000", "&&"})
  void refusesAFormWithoutAToken(String form) {
    assertThat(ready(Vectors.HOUSE_RECORDING, form)).isEqualTo(401);
  }

  @Test
  void refusesAFormWithTwoTokens() {
    String token = RECORDING_FORM + Vectors.HOUSE_RECORDING_IN;

    assertThat(ready(Vectors.HOUSE_RECORDING, token + "&" + token)).isEqualTo(400);
    assertThat(ready(Vectors.HOUSE_RECORDING, token + "&signed%5Fparameters=x")).isEqualTo(400);
    assertThat(sender.messages()).isEmpty();
  }

  @Test
  void refusesAFormThatIsTooLarge() {
    String form = "x=" + "y".repeat(64 << 10) + "&" + RECORDING_FORM + Vectors.HOUSE_RECORDING_IN;

    assertThat(ready(Vectors.HOUSE_RECORDING, form)).isEqualTo(413);
    assertThat(room.held()).isZero();
  }

  @Test
  void handsAnalyticsOnWithoutChangingAnotherByte() {
    String body =
        "{ \"version\":\"1.0\",\"meeting_id\" : \"room7__school-a\", \"internal_meeting_id\":\""
            + Vectors.SCHOOL_RUN
            + "\",\"data\":{\"meeting_id\":\"room7__school-a\",\"n\":[1.50, 2e1]}}\n";
    String token = token(CallbackKind.ANALYTICS, Vectors.SCHOOL, ANALYTICS_URL);

    assertThat(analytics(token, Vectors.ANALYTICS_IN, body)).isEqualTo(200);

    assertThat(text(only()))
        .isEqualTo(
            body.replace("\"meeting_id\" : \"room7__school-a\"", "\"meeting_id\" : \"room7\""));
    assertThat(only().headers())
        .containsExactlyInAnyOrder(
            new Header("User-Agent", "BigBlueButton Analytics Callback"),
            new Header("Content-Type", "application/json"),
            new Header("Authorization", "Bearer " + Vectors.SCHOOL_ANALYTICS_OUT));
  }

  @Test
  void handsAnalyticsOfAMeetingOnOnce() {
    String token = token(CallbackKind.ANALYTICS, Vectors.HOUSE, ANALYTICS_URL);
    String one = "{\"meeting_id\":\"room7\",\"internal_meeting_id\":\"one\"}";
    String two = "{\"meeting_id\":\"room7\",\"internal_meeting_id\":\"two\"}";

    assertThat(analytics(token, Vectors.ANALYTICS_IN, one)).isEqualTo(200);
    assertThat(analytics(token, Vectors.ANALYTICS_IN, one)).isEqualTo(200);
    assertThat(analytics(token, Vectors.ANALYTICS_IN, two)).isEqualTo(200);

    assertThat(sender.messages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"meeting_id\":1}",
        "{\"meeting_id\":\"a\"",
        "\u0000",
        "{\"a\":"
      })
  void refusesAnalyticsThatAreBroken(String body) {
    String token = token(CallbackKind.ANALYTICS, Vectors.HOUSE, ANALYTICS_URL);

    assertThat(analytics(token, Vectors.ANALYTICS_IN, body)).isEqualTo(400);
  }

  @Test
  void refusesAnalyticsOfAnotherTenantsMeeting() {
    String token = token(CallbackKind.ANALYTICS, Vectors.SCHOOL, ANALYTICS_URL);

    assertThat(analytics(token, Vectors.ANALYTICS_IN, "{\"meeting_id\":\"room7\"}")).isEqualTo(401);
  }

  @Test
  void refusesAnalyticsThatAreTooLarge() {
    String token = token(CallbackKind.ANALYTICS, Vectors.HOUSE, ANALYTICS_URL);
    String most = "{\"meeting_id\":\"a\",\"x\":\"" + "y".repeat((16 << 20) - 25) + "\"}";
    assertThat(most).hasSizeLessThanOrEqualTo(16 << 20);

    assertThat(analytics(token, Vectors.ANALYTICS_IN, most)).isEqualTo(200);
    assertThat(analytics(token, Vectors.ANALYTICS_IN, most + " ".repeat(30))).isEqualTo(413);
    assertThat(room.held()).isZero();
  }

  @Test
  void refusesAnalyticsWithoutATokenThatHolds() {
    String token = token(CallbackKind.ANALYTICS, Vectors.HOUSE, ANALYTICS_URL);
    String body = "{\"meeting_id\":\"a\"}";

    assertThat(request("POST", token, "", Map.of(), body).status()).isEqualTo(401);
    assertThat(request("POST", token, "", Map.of("Authorization", "Basic eHg6eHg="), body).status())
        .isEqualTo(401);
    assertThat(analytics(token, Vectors.HOUSE_ANALYTICS_OUT, body)).isEqualTo(401);
    assertThat(analytics(token, signed("HS512", "{}"), body)).isEqualTo(401);
    assertThat(analytics(token, signed("HS512", "{\"exp\":\"1700086400\"}"), body)).isEqualTo(401);
    assertThat(sender.messages()).isEmpty();
  }

  @Test
  void forgivesAClockThatIsTenMinutesWrong() {
    String token = token(CallbackKind.ANALYTICS, Vectors.HOUSE, ANALYTICS_URL);
    String body = "{\"meeting_id\":\"a\"}";

    time.advance(Duration.ofHours(24).plusMinutes(10));
    assertThat(analytics(token, Vectors.ANALYTICS_IN, body)).isEqualTo(200);

    time.advance(Duration.ofSeconds(1));
    assertThat(analytics(token, Vectors.ANALYTICS_IN, body)).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "../../api",
        "e1.house.AQIDBAUGBwgJ.aHR0cHM6Ly9h.47cRDcHqn2G_wnTmGnNE7g",
        "h1.nobody.aHR0cHM6Ly9mZS5leGFtcGxlLm9yZy9ob29rP2E9MSZiPTI"
      })
  void knowsNoOtherPath(String token) {
    HttpAnswer answer = request("GET", token, "", Map.of(), "");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body().isEmpty()).isTrue();
    assertThat(request("POST", token, "", Map.of(), "x").status()).isEqualTo(404);
  }

  @Test
  void refusesOtherMethods() {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
      HttpAnswer answer = request(method, Vectors.HOUSE_ENDED, "", Map.of(), "");
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.headers()).contains(new Header("Allow", "GET, HEAD"));
    }
    for (String token : List.of(Vectors.HOUSE_RECORDING, Vectors.HOUSE_HOOK)) {
      HttpAnswer answer = request("GET", token, "", Map.of(), "");
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.headers()).contains(new Header("Allow", "POST"));
    }
  }

  @Test
  void asksTheServerToComeAgainWhenTheSpoolIsFull() {
    endpoint = endpoint(new MemorySpool(1, 1_000));
    sender.answering(503);

    assertThat(ended(Vectors.HOUSE_ENDED, "meetingID=room7")).isEqualTo(200);
    assertThat(ended(Vectors.SCHOOL_ENDED, "meetingID=room7")).isEqualTo(503);
    assertThat(heard.events())
        .last()
        .isEqualTo("given-up school-a ended gl.school-a.example 0 not kept: the spool is full");

    sender.answering(200);
    time.advance(Duration.ofSeconds(10));
    assertThat(ended(Vectors.SCHOOL_ENDED, "meetingID=room7")).isEqualTo(200);
  }

  @Test
  void asksTheServerToComeAgainWhenThereIsNoMemory() {
    room.take(room.most() - 10);

    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM + Vectors.HOUSE_RECORDING_IN))
        .isEqualTo(503);
    assertThat(room.held()).isEqualTo(room.most() - 10);
  }

  @Test
  void takesNothingOnceItIsClosed() {
    endpoint.close();

    assertThat(ended(Vectors.HOUSE_ENDED, "meetingID=room7")).isEqualTo(503);
    assertThat(ready(Vectors.HOUSE_RECORDING, RECORDING_FORM + Vectors.HOUSE_RECORDING_IN))
        .isEqualTo(503);
  }

  private HttpAnswer hook(String token, String query, byte[] body) {
    return request(
        "POST",
        token,
        query,
        Map.of("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"),
        new String(body, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({"house", "school-a"})
  void handsWebhooksOnSignedForTheTenant(String name) {
    boolean house = name.equals("house");
    byte[] in =
        house
            ? Vectors.hookBody(Vectors.HOUSE_RUN, "room7")
            : Vectors.hookBody(Vectors.SCHOOL_RUN, "room7__school-a");

    HttpAnswer answer =
        hook(
            house ? Vectors.HOUSE_HOOK : Vectors.SCHOOL_HOOK,
            "checksum=" + (house ? Vectors.HOUSE_HOOK_IN : Vectors.SCHOOL_HOOK_IN),
            in);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(text(only()))
        .isEqualTo(new String(in, StandardCharsets.UTF_8).replace("room7__school-a", "room7"));
    assertThat(only().to())
        .isEqualTo(
            destination(
                Vectors.HOOK_URL
                    + "&checksum="
                    + (house ? Vectors.HOUSE_HOOK_OUT : Vectors.SCHOOL_HOOK_OUT)));
    assertThat(only().headers())
        .contains(new Header("content-type", "application/x-www-form-urlencoded;charset=UTF-8"));
    assertThat(heard.events()).as("one event of very many").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"SHA1", "SHA256", "SHA384", "SHA512"})
  void signsWebhooksWithTheAlgorithmOfTheServer(HookSignature signature) {
    byte[] body = Vectors.hookBody(Vectors.HOUSE_RUN, "room7");
    String in = signature.of(Vectors.PREFIX + Vectors.HOUSE_HOOK, body, Vectors.SERVER);

    assertThat(hook(Vectors.HOUSE_HOOK, "checksum=" + in, body).status()).isEqualTo(200);

    String out = signature.of(Vectors.HOOK_URL, body, Vectors.HOUSE.signing());
    assertThat(only().to().target()).endsWith("&checksum=" + out);
  }

  @Test
  void acceptsTheBareSecretOfAServerAndSendsAChecksum() {
    byte[] body = Vectors.hookBody(Vectors.HOUSE_RUN, "room7");

    int status =
        request(
                "POST",
                Vectors.HOUSE_HOOK,
                "",
                Map.of("Authorization", "Bearer 639259d4-9dd8-4b25-bf01-95f9567eaf4b"),
                new String(body, StandardCharsets.UTF_8))
            .status();

    assertThat(status).isEqualTo(200);
    assertThat(only().to().target()).endsWith("&checksum=" + Vectors.HOUSE_HOOK_OUT);
    assertThat(only().headers()).noneMatch(header -> header.is("Authorization"));
  }

  @Test
  void refusesWebhooksOfNoServer() {
    byte[] body = Vectors.hookBody(Vectors.HOUSE_RUN, "room7");
    String text = new String(body, StandardCharsets.UTF_8);
    String wrong = Vectors.SCHOOL_HOOK_IN;

    assertThat(hook(Vectors.HOUSE_HOOK, "checksum=" + wrong, body).status()).isEqualTo(403);
    assertThat(hook(Vectors.HOUSE_HOOK, "", body).status()).isEqualTo(403);
    assertThat(hook(Vectors.HOUSE_HOOK, "checksum=", body).status()).isEqualTo(403);
    assertThat(hook(Vectors.HOUSE_HOOK, "checksum=abc", body).status()).isEqualTo(403);
    String twice = "checksum=" + Vectors.HOUSE_HOOK_IN + "&checksum=" + Vectors.HOUSE_HOOK_IN;
    assertThat(hook(Vectors.HOUSE_HOOK, twice, body).status()).isEqualTo(403);
    assertThat(
            request("POST", Vectors.HOUSE_HOOK, "", Map.of("Authorization", "Bearer x"), text)
                .status())
        .isEqualTo(403);
    assertThat(
            request("POST", Vectors.HOUSE_HOOK, "", Map.of("Authorization", "Bearer "), text)
                .status())
        .isEqualTo(403);
    // Signed for another URL of the relay.
    String elsewhere = "checksum=" + Vectors.HOUSE_HOOK_IN;
    String otherHook = Token.ofHook(Vectors.HOUSE, "https://other.example/");
    assertThat(hook(otherHook, elsewhere, body).status()).isEqualTo(403);
    assertThat(sender.messages()).isEmpty();
  }

  @Test
  void readsNoWebhookThatCannotBeSigned() {
    assertThat(unread(Vectors.HOUSE_HOOK, "")).isEqualTo(403);
    assertThat(unread(Vectors.HOUSE_HOOK, "checksum=abc")).isEqualTo(403);
    assertThat(unread(Vectors.HOUSE_HOOK, "checksum=" + "a".repeat(40) + "&checksum=b"))
        .isEqualTo(403);
  }

  /** The status for a body that never comes. */
  private int unread(String token, String query) {
    return endpoint
        .handle(
            new HttpRequest(
                "POST",
                RelaySettings.PATH + token,
                query,
                name -> Collections.emptyEnumeration(),
                new Body(-1, subscriber -> {})),
            new Cancellation())
        .toCompletableFuture()
        .getNow(Answers.status(0))
        .status();
  }

  @Test
  void startsNoWebhookThatItsServerDoesNotWaitForAnyMore() {
    sender.answering(200);
    byte[] body = Vectors.hookBody(Vectors.HOUSE_RUN, "room7");
    events =
        work -> {
          time.advance(Duration.ofSeconds(5));
          work.run();
        };

    assertThat(hook(Vectors.HOUSE_HOOK, "checksum=" + Vectors.HOUSE_HOOK_IN, body).status())
        .isEqualTo(502);

    assertThat(sender.messages()).isEmpty();
    assertThat(heard.events()).anyMatch(line -> line.endsWith("timeout"));
  }

  /** A body that comes when a test says so. */
  private static final class SlowBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private boolean cancelled;

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> reader) {
      subscriber = reader;
      reader.onSubscribe(this);
    }

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {
      cancelled = true;
    }

    void send(byte[] piece) {
      if (!cancelled) {
        subscriber.onNext(ByteBuffer.wrap(piece));
      }
    }

    void end() {
      subscriber.onComplete();
    }
  }

  private CompletableFuture<HttpAnswer> begun(
      SlowBody body, int length, String query, Cancellation caller) {
    return endpoint
        .handle(
            new HttpRequest(
                "POST",
                RelaySettings.PATH + Vectors.HOUSE_HOOK,
                query,
                name -> Collections.emptyEnumeration(),
                new Body(length, body)),
            caller)
        .toCompletableFuture();
  }

  /** No stranger needs a secret for it: what looks like a checksum is enough. */
  @Test
  void strangersWhoSendSlowlyTakeTheRoomOfWebhooksForFewSeconds() {
    byte[] genuine = Vectors.hookBody(Vectors.HOUSE_RUN, "room7");
    String checksum = "checksum=" + Vectors.HOUSE_HOOK_IN;
    List<SlowBody> bodies = Stream.generate(SlowBody::new).limit(20).toList();
    List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
    for (SlowBody body : bodies) {
      answers.add(begun(body, Webhooks.LONGEST, "checksum=" + "a".repeat(40), new Cancellation()));
      body.send(new byte[1 << 20]);
      if (answers.size() <= 15) {
        body.send(new byte[1]);
      }
    }
    List<SlowBody> large = bodies.subList(0, 15);
    bodies.subList(17, 20).forEach(body -> assertThat(body.cancelled).as("no room").isTrue());
    bodies.subList(15, 17).forEach(body -> assertThat(body.cancelled).isFalse());

    for (int second = 0; second < 4; second++) {
      large.forEach(body -> body.send(new byte[1]));
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(hook(Vectors.HOUSE_HOOK, checksum, genuine).status()).isEqualTo(503);
    time.advance(Duration.ofMillis(500));

    assertThat(hook(Vectors.HOUSE_HOOK, checksum, genuine).status()).isEqualTo(200);
    assertThat(bodies).allMatch(body -> body.cancelled);
    assertThat(eventRoom.held()).isZero();
    assertThat(answers.subList(0, 17))
        .allSatisfy(
            answer -> {
              assertThat(answer).isCompleted();
              assertThat(answer.join().status()).isEqualTo(408);
              assertThat(answer.join().closes()).isTrue();
            });
  }

  @Test
  void takesAWebhookThatComesInTime() {
    byte[] genuine = Vectors.hookBody(Vectors.HOUSE_RUN, "room7");
    SlowBody body = new SlowBody();
    CompletableFuture<HttpAnswer> answer =
        begun(body, genuine.length, "checksum=" + Vectors.HOUSE_HOOK_IN, new Cancellation());
    body.send(Arrays.copyOf(genuine, 10));
    time.advance(Duration.ofMillis(4_400));

    body.send(Arrays.copyOfRange(genuine, 10, genuine.length));
    body.end();

    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(eventRoom.held()).isZero();
    assertThat(time.alarms()).isZero();
  }

  @Test
  void waitsForNoWebhookWhoseServerHasLeft() {
    SlowBody body = new SlowBody();
    Cancellation caller = new Cancellation();
    begun(body, 1 << 20, "checksum=" + "a".repeat(40), caller);
    body.send(new byte[1 << 10]);

    caller.cancel();

    assertThat(body.cancelled).isTrue();
    assertThat(eventRoom.held()).isZero();
    assertThat(time.alarms()).isZero();
  }

  private int hook(String token, String events) {
    byte[] body =
        ("domain=d&event=" + URLEncoder.encode(events, StandardCharsets.UTF_8) + "&timestamp=1")
            .getBytes(StandardCharsets.UTF_8);
    String checksum = HookSignature.SHA256.of(Vectors.PREFIX + token, body, Vectors.SERVER);
    return hook(token, "checksum=" + checksum, body).status();
  }

  private static String event(String internal, String external) {
    return "{\"data\":{\"id\":\"x\",\"attributes\":{\"meeting\":{\"internal-meeting-id\":\""
        + internal
        + "\",\"external-meeting-id\":\""
        + external
        + "\"}}}}";
  }

  @Test
  void handsOnTheEventsOfTheTenantAlone() {
    String own = event(Vectors.SCHOOL_RUN, "room7__school-a");
    String foreign = event(Vectors.HOUSE_RUN, "room7");

    assertThat(hook(Vectors.SCHOOL_HOOK, "[" + foreign + "," + own + "]")).isEqualTo(200);

    assertThat(text(only()))
        .isEqualTo(
            "domain=d&event="
                + URLEncoder.encode(
                    "[" + event(Vectors.SCHOOL_RUN, "room7") + "]", StandardCharsets.UTF_8)
                + "&timestamp=1");
  }

  @Test
  void tellsNobodyOfEventsThatAreNobodys() {
    assertThat(hook(Vectors.SCHOOL_HOOK, "[" + event(Vectors.HOUSE_RUN, "room7") + "]"))
        .isEqualTo(200);
    assertThat(hook(Vectors.HOUSE_HOOK, "[" + event("unknown", "room7") + "]")).isEqualTo(200);
    assertThat(hook(Vectors.HOUSE_HOOK, "[{},1,null]")).isEqualTo(200);
    assertThat(hook(Vectors.HOUSE_HOOK, "[]")).isEqualTo(200);

    assertThat(sender.messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"core\":{\"body\":{\"props\":{\"meetingProp\":{\"intId\":\"%s\",\"extId\":\"a\"}}}}}",
        "{\"envelope\":{\"routing\":{\"meetingId\":\"%s\"}}}",
        "{\"core\":{\"header\":{\"meetingId\":\"%s\"}}}",
        "{\"core\":{\"body\":{\"meetingId\":\"%s\"}}}",
        "{\"core\":{\"body\":{\"internalMeetingId\":\"%s\"}}}",
        "{\"core\":{\"body\":{\"recordId\":\"%s\"}}}",
        "{\"core\":{\"body\":{\"meeting_id\":\"%s\"}}}"
      })
  void findsTheMeetingOfARawEvent(String event) {
    assertThat(hook(Vectors.HOUSE_HOOK, "[" + event.formatted(Vectors.HOUSE_RUN) + "]"))
        .isEqualTo(200);

    assertThat(sender.messages()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "", "x[", "1", "\"a\""})
  void refusesEventsThatAreNoArray(String events) {
    assertThat(hook(Vectors.HOUSE_HOOK, events)).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "200,200", "202,200", "401,401", "400,502", "403,502", "404,502", "410,502", "302,502",
    "500,502"
  })
  void answersAsTheFrontEndDid(int status, int answer) {
    sender.answering(status);

    assertThat(hook(Vectors.HOUSE_HOOK, "[" + event(Vectors.HOUSE_RUN, "room7") + "]"))
        .isEqualTo(answer);
  }

  @Test
  void letsTheServerForgetAWebhookThatMustNotBeCalled() {
    sender.answering(message -> new Sent.Refused("its address is not allowed"));
    String events = "[" + event(Vectors.HOUSE_RUN, "room7") + "]";

    assertThat(hook(Vectors.HOUSE_HOOK, events)).isEqualTo(410);
    assertThat(hook(Token.ofHook(Vectors.HOUSE, "https://u@a.example/"), events)).isEqualTo(410);
    assertThat(heard.events())
        .containsExactly(
            "refused house webhook fe.example.org 1 its address is not allowed",
            "refused house webhook  1 its URL has a user or a wrong form");
  }

  @Test
  void asksTheServerToComeAgainWithoutAnAnswerOfTheFrontEnd() {
    sender.answering(message -> new Sent.Failed("timeout"));

    assertThat(hook(Vectors.HOUSE_HOOK, "[" + event(Vectors.HOUSE_RUN, "room7") + "]"))
        .isEqualTo(502);
    assertThat(heard.events()).containsExactly("retry house webhook fe.example.org 1 0s timeout");
    assertThat(only().limit()).isLessThan(Duration.ofSeconds(5));
  }

  private static Destination destination(String url) {
    try {
      return Destination.of(url);
    } catch (RefusedException e) {
      throw new IllegalStateException(e);
    }
  }
}
