package io.tinyscale.it;

import static io.tinyscale.it.SigningClient.assertSuccess;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.tinyscale.it.GreenlightReceiver.Ended;
import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.HookSigning;
import io.tinyscale.simulator.api.SimulatedMeeting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callbacks go through the executable from servers with other secrets to front ends that verify
 * them with their own: Moodle, Greenlight and a receiver of webhooks.
 */
@Tag("slow")
class CallbacksIT {

  private static final String SECRET = "qT6wZ9bV3n4711-front-ends";
  private static final String CALLBACK = "/bigbluebutton/tinyscale/callback/";

  /** Sends what a test says in the place of a server. */
  private static final FrontEnd SERVER = new FrontEnd("http://localhost", "none");

  @TempDir private Path folder;

  private final Forwarder front = Forwarder.start();
  private final Map<String, String> environment = new HashMap<>();
  private final List<AutoCloseable> receivers = new ArrayList<>();
  private SimulatedPool pool;
  private Path spool;
  private @Nullable ChildProcess balancer;
  private SigningClient frontend;

  @BeforeEach
  void configure() {
    pool = SimulatedPool.start(2, CallbacksIT::configured);
    spool = folder.resolve("spool");
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
    environment.put("TINYSCALE_CACHE_TTL", "0");
    environment.put("TINYSCALE_RELAY_URL", front.url());
    environment.put("TINYSCALE_RELAY_SPOOL", spool.toString());
    environment.put("TINYSCALE_RELAY_ALLOW", "public 127.0.0.0/8");
    frontend = new SigningClient(URI.create("http://localhost/"), SECRET);
  }

  private static SimulatedServer.Builder configured(SimulatedServer.Builder server) {
    return server.webhooks(true).callbackWaits(0.01).recordingState("processing");
  }

  /** Takes other servers into the pool before the balancer starts. */
  private void replacePool(UnaryOperator<SimulatedServer.Builder> settings) {
    pool.close();
    pool = SimulatedPool.start(2, server -> settings.apply(configured(server)));
    PoolFiles.write(folder, pool);
  }

  @AfterEach
  void stopAll() throws Exception {
    List<AutoCloseable> all = new ArrayList<>(List.of(front, pool));
    all.addAll(receivers);
    if (balancer != null) {
      all.add(0, balancer);
    }
    closeAll(all.iterator());
  }

  /** Closes them in this order, whichever of them fails. */
  private static void closeAll(Iterator<AutoCloseable> rest) throws Exception {
    if (rest.hasNext()) {
      try {
        rest.next().close();
      } finally {
        closeAll(rest);
      }
    }
  }

  /** Starts the balancer behind the address that the servers know. */
  private ChildProcess start() {
    ChildProcess started = ExecutableWar.start("callbacks", folder, environment, "--port", "0");
    balancer = started;
    URI api = ExecutableWar.awaitReady(started);
    front.forwardTo(api.getPort());
    frontend = new SigningClient(api, SECRET);
    return started;
  }

  /** Kills the balancer, which gets no time to end. */
  private void kill(ChildProcess running) {
    running.close();
    front.forwardToNobody();
  }

  private MoodleReceiver moodle() {
    MoodleReceiver moodle = MoodleReceiver.start(SECRET).withActivity(7, "abc123");
    receivers.add(moodle);
    return moodle;
  }

  /** Greenlight, which asks the balancer for recordings. */
  private GreenlightReceiver greenlight() {
    GreenlightReceiver greenlight =
        GreenlightReceiver.start(SECRET, new FrontEnd(front.port(), SECRET));
    receivers.add(greenlight);
    return greenlight;
  }

  /** A front end that answers 200 to everything, unless the test lets it misbehave. */
  private HttpReceiver receiver() {
    HttpReceiver receiver = HttpReceiver.start(request -> HttpReceiver.Answer.of(200));
    receivers.add(receiver);
    return receiver;
  }

  private WebhookReceiver webhooks() {
    WebhookReceiver webhooks = WebhookReceiver.start(SECRET);
    receivers.add(webhooks);
    return webhooks;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The query of a create with names and values in turn. */
  private static String query(String meetingId, String... more) {
    StringBuilder query = new StringBuilder("name=Room&record=true&meetingID=" + encode(meetingId));
    for (int i = 0; i < more.length; i += 2) {
      query.append("&" + more[i] + "=" + encode(more[i + 1]));
    }
    return query.toString();
  }

  private SimulatedMeeting create(String meetingId, String... more) {
    assertSuccess(frontend.call("create", query(meetingId, more)));
    return meeting(meetingId);
  }

  private SimulatedMeeting meeting(String meetingId) {
    return server(meetingId).meetings().get(meetingId).orElseThrow();
  }

  /** The server that holds the meeting. */
  private SimulatedServer server(String meetingId) {
    return pool.servers().stream()
        .filter(server -> server.meetings().contains(meetingId))
        .findFirst()
        .orElseThrow();
  }

  private void end(String meetingId) {
    assertSuccess(frontend.call("end", "meetingID=" + encode(meetingId)));
  }

  /** Publishes a recording on the server that has it. */
  private void publish(String recordId) {
    assertThat(pool.servers())
        .as("servers with the recording")
        .anyMatch(server -> server.meetings().publishRecording(recordId));
  }

  /** The callbacks that wait in the spool. */
  private List<Path> waiting() {
    if (!Files.isDirectory(spool)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(spool)) {
      return files.filter(file -> file.toString().endsWith(".callback")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ConditionFactory soon() {
    return await().pollInterval(Duration.ofMillis(50));
  }

  /** Long enough for the tries after 10 and after 30 seconds. */
  private static ConditionFactory afterRetries() {
    return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }

  private String log() {
    return balancer == null ? "" : balancer.out();
  }

  /** Waits for a line of the log that has these texts, in this order. */
  private void awaitLog(ConditionFactory patience, String... texts) {
    Pattern line =
        Pattern.compile(Stream.of(texts).map(Pattern::quote).collect(Collectors.joining(".*")));
    patience.until(() -> line.matcher(log()).find());
  }

  @Test
  void moodleTakesWhatServersWithOtherSecretsSend() {
    MoodleReceiver moodle = moodle();
    start();
    String meetingId = "abc123-4-7[2]";
    String recordId =
        create(
                meetingId,
                "meta_bbb-recording-ready-url",
                moodle.recordingReadyUrl(7),
                "meta_analytics-callback-url",
                moodle.analyticsUrl(7))
            .internalId();

    end(meetingId);
    soon().until(() -> moodle.analytics().size() == 1);
    publish(recordId);

    soon().until(() -> moodle.recordings().equals(List.of(recordId)));
    JsonObject analytics = moodle.analytics().get(0);
    assertThat(analytics.get("meeting_id").getAsString()).isEqualTo(meetingId);
    assertThat(analytics.get("internal_meeting_id").getAsString()).isEqualTo(recordId);
    assertThat(moodle.http().requests())
        .hasSize(2)
        .anySatisfy(
            request ->
                assertThat(request.header("User-Agent"))
                    .contains("BigBlueButton Analytics Callback"));
    assertThat(log())
        .doesNotContain("bbb_broker")
        .doesNotContain(".house.")
        .doesNotContain("eyJ")
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void containersRelayCallbacksUnderTheirContextPath(Container container) throws Exception {
    environment.put("TINYSCALE_RELAY_URL", front.url() + "/tinyscale");
    MoodleReceiver moodle = moodle();
    WebhookReceiver receiver = webhooks();
    Path base = Files.createDirectories(folder.resolve("container"));
    try (Container.Running running = container.start(base, "tinyscale", Map.of(), environment)) {
      URI api = running.awaitApi();
      front.forwardTo(api.getPort());
      frontend = new SigningClient(api, SECRET);
      register(receiver.url("/hook"), "");
      String recordId =
          create(
                  "abc123",
                  "meta_bbb-recording-ready-url",
                  moodle.recordingReadyUrl(7),
                  "meta_analytics-callback-url",
                  moodle.analyticsUrl(7))
              .internalId();
      end("abc123");
      publish(recordId);

      soon().until(() -> moodle.recordings().equals(List.of(recordId)));
      soon().until(() -> moodle.analytics().size() == 1);
      soon().until(() -> receiver.summary("/hook").contains("meeting-ended abc123"));
      assertThat(running.process().out() + running.process().err())
          .doesNotContain("bbb_broker")
          .doesNotContain(".house.");
    }
  }

  @Test
  void theServersOwnSignaturesWouldBeRefused() {
    environment.keySet().removeIf(name -> name.startsWith("TINYSCALE_RELAY_"));
    MoodleReceiver moodle = moodle();
    start();
    create("abc123", "meta_analytics-callback-url", moodle.analyticsUrl(7));

    end("abc123");

    soon().until(() -> moodle.http().statuses().equals(List.of(400)));
    assertThat(moodle.http().requests()).hasSize(1);
    assertThat(moodle.analytics()).isEmpty();
  }

  @Test
  void greenlightHearsOfItsRoomAndItsRecording() {
    start();
    GreenlightReceiver greenlight = greenlight().withRoom("gl room/7");
    String recordId =
        create(
                "gl room/7",
                "meta_endCallbackUrl",
                greenlight.meetingEndedUrl(),
                "meta_bbb-recording-ready-url",
                greenlight.recordingReadyUrl())
            .internalId();

    end("gl room/7");
    soon().until(() -> !greenlight.ended().isEmpty());
    assertThat(frontend.call("getRecordings", "recordID=" + recordId).body())
        .doesNotContain(recordId);
    publish(recordId);

    soon().until(() -> greenlight.recordings().containsKey(recordId));
    assertThat(greenlight.recordings().get(recordId))
        .contains("<meetingID>gl room/7</meetingID>")
        .contains(greenlight.recordingReadyUrl())
        .doesNotContain(CALLBACK);
    endAgain("gl room/7", "meta_endCallbackUrl", "?recordingmarks=true&meetingID=gl+room%2F7");
    assertThat(greenlight.ended()).containsExactly(new Ended("gl room/7", true));
  }

  /**
   * Sends an end callback twice more, as a server does with its probe and its call, and waits until
   * no callback waits: now a repeated one would have arrived.
   */
  private void endAgain(String meetingId, String parameter, String query) {
    String url = created(meetingId).parameter(parameter).orElseThrow();
    assertThat(url).startsWith(front.url() + CALLBACK + "e1.house.");
    for (int i = 0; i < 2; i++) {
      assertThat(frontend.get(URI.create(url + query)).statusCode()).isEqualTo(200);
    }
    soon().until(() -> waiting().isEmpty());
  }

  /** The create of a meeting as the server received it. */
  private ReceivedRequest created(String meetingId) {
    return pool.servers().stream()
        .flatMap(server -> server.requests().stream())
        .filter(request -> request.call().equals("create"))
        .filter(request -> request.parameter("meetingID").equals(Optional.of(meetingId)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theQueryOfAnEndCallbackIsKept() {
    start();
    GreenlightReceiver greenlight = greenlight().withRoom("room7");
    create("room7", "meta_endCallbackUrl", greenlight.meetingEndedUrl() + "?t=9&x=%20y");

    end("room7");

    soon().until(() -> greenlight.ended().size() == 1);
    endAgain("room7", "meta_endCallbackUrl", "?recordingmarks=true&meetingID=room7");
    assertThat(greenlight.http().requests())
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.target())
                    .isEqualTo("/meeting_ended?t=9&x=%20y&recordingmarks=true&meetingID=room7"));
  }

  @Test
  void bothEndCallbacksOfAMeetingArriveOnce() {
    start();
    GreenlightReceiver greenlight = greenlight().withRoom("room7");
    String privateUrl = greenlight.http().uri("/private?a=1").toString();
    create(
        "room7",
        "meetingEndedURL",
        privateUrl,
        "meta_ENDCALLBACKURL",
        greenlight.meetingEndedUrl());

    end("room7");

    soon()
        .until(
            () ->
                greenlight.ended().size() == 1
                    && greenlight.http().requests("/private").size() == 1);
    endAgain("room7", "meetingEndedURL", "");
    endAgain("room7", "meta_ENDCALLBACKURL", "?recordingmarks=true&meetingID=room7");
    assertThat(greenlight.http().requests("/private").get(0).target()).isEqualTo("/private?a=1");
    assertThat(greenlight.http().requests()).hasSize(2);
  }

  @Test
  void theRecordingOfABreakoutIsAnnounced() {
    MoodleReceiver moodle = moodle();
    start();
    SimulatedMeeting parent =
        create("abc123", "meta_bbb-recording-ready-url", moodle.recordingReadyUrl(7));
    SimulatedServer server = server("abc123");
    Map<String, String> inherited = new HashMap<>();
    parent.metadata().forEach((name, value) -> inherited.put("meta_" + name, value));
    inherited.putAll(Map.of("record", "true", "isBreakout", "true", "parentMeetingID", "abc123"));
    String recordId = server.meetings().create("abc123-1", inherited).internalId();

    server.meetings().end("abc123-1");
    publish(recordId);

    soon().until(() -> moodle.recordings().equals(List.of(recordId)));
  }

  @Test
  void answersShowTheOriginalUrls() {
    start();
    String ready = "https://moodle.example/broker.php?action=recording_ready&bn=7";
    String analytics = "https://moodle.example/broker.php?action=meeting_events&bn=7";
    String ended = "https://gl.example/meeting_ended?t=9";
    SimulatedMeeting meeting =
        create(
            "room7",
            "meta_bbb-recording-ready-url",
            ready,
            "meta_analytics-callback-url",
            analytics,
            "meta_endCallbackUrl",
            ended);
    assertThat(meeting.metadata().values())
        .hasSize(3)
        .allSatisfy(url -> assertThat(url).startsWith(front.url() + CALLBACK));

    String shown =
        "<bbb-recording-ready-url>" + ready.replace("&", "&amp;") + "</bbb-recording-ready-url>";
    assertThat(frontend.call("getMeetingInfo", "meetingID=room7").body())
        .contains(shown)
        .contains(analytics.replace("&", "&amp;"))
        .contains(ended)
        .doesNotContain(CALLBACK);
    assertThat(frontend.call("getMeetings", "").body()).contains(shown).doesNotContain(CALLBACK);
    end("room7");
    publish(meeting.internalId());
    assertThat(frontend.call("getRecordings", "meetingID=room7").body())
        .contains(shown)
        .doesNotContain(CALLBACK);
  }

  @Test
  void repeatedCreatesAreDuplicatesAndShowTheOriginalUrls() {
    start();
    String[] urls = {"meta_endCallbackUrl", "https://gl.example/meeting_ended?t=9"};
    create("room7", urls);

    HttpResponse<String> again = frontend.call("create", query("room7", urls));

    assertSuccess(again);
    assertThat(again.body()).contains("duplicateWarning").doesNotContain(CALLBACK);
  }

  @Test
  void withoutARelayEveryByteIsAsItWas() {
    environment.keySet().removeIf(name -> name.startsWith("TINYSCALE_RELAY_"));
    start();
    String query =
        "name=R%c3%BCm+1&record=true&meetingID=room7&meta_endCallbackUrl=http%3a%2F%2Fgl.example%2Fe%3Ft=9"
            + "&meetingEndedURL=https://x.example/p&meta_BBB-Recording-Ready-URL=https://m.example/r"
            + "&meta_bn-recording-ready-url=https://m.example/bn"
            + "&meta_canvas-recording-ready-url=&meta_analytics-callback-url=no+address";
    assertSuccess(frontend.call("create", query));
    SimulatedServer server = server("room7");

    assertThat(received("create"))
        .isNotEmpty()
        .allMatch(sent -> withoutChecksum(sent).equals(query));
    String hook = "callbackURL=https%3A%2F%2Ffe.example%2fhook%3Fa%3D1%26b%3D2&meetingID=room7";
    assertSuccess(frontend.call("hooks/create", hook));
    assertThat(received("hooks/create"))
        .filteredOn(sent -> withoutChecksum(sent).equals(hook))
        .as("to both servers")
        .hasSize(2);
    FrontEnd direct = new FrontEnd(server.uri().toString(), server.secret());
    for (String same : List.of("create", "getMeetingInfo")) {
      assertThat(frontend.call(same, query).body()).as(same).isEqualTo(direct.call(same, query));
    }
    assertShowsAsBefore(direct, "getMeetings", "meeting");
    assertThat(frontend.call("hooks/list", "").body())
        .contains("<callbackURL>https://fe.example/hook?a=1&amp;b=2</callbackURL>");
    String recordId = server.meetings().get("room7").orElseThrow().internalId();
    end("room7");
    publish(recordId);
    assertShowsAsBefore(direct, "getRecordings", "recording");
    FrontEnd poster = new FrontEnd(front.port(), SECRET);
    String form = query.replace("meetingID=room7", "meetingID=room8");
    HttpResponse<String> posted =
        poster.post(
            poster.unsigned("create", ""),
            "application/x-www-form-urlencoded",
            form + "&checksum=" + poster.checksum("create", ""));
    assertSuccess(posted);
    assertThat(received("create")).anyMatch(sent -> withoutChecksum(sent).equals(form));
    HttpResponse<String> nobody =
        frontend.get(URI.create(front.url() + CALLBACK + "e1.house.AQIDBAUGBwgJ.aHR0cA.AAAA"));
    HttpResponse<String> elsewhere = frontend.get(URI.create(front.url() + "/bigbluebutton/else"));
    assertThat(nobody.statusCode()).isEqualTo(elsewhere.statusCode());
    assertThat(nobody.body()).isEqualTo(elsewhere.body());
  }

  /** The queries of a call as the servers received them. */
  private List<String> received(String call) {
    return pool.servers().stream()
        .flatMap(server -> server.requests().stream())
        .filter(request -> request.call().equals(call))
        .map(ReceivedRequest::rawQuery)
        .toList();
  }

  /** The front end sees an element of a list byte for byte as the server shows it. */
  private void assertShowsAsBefore(FrontEnd server, String call, String element) {
    Matcher shown =
        Pattern.compile("(?s)<" + element + ">.*</" + element + ">").matcher(server.call(call, ""));
    assertThat(shown.find()).as(call).isTrue();
    assertThat(frontend.call(call, "").body()).contains(shown.group());
  }

  private static String withoutChecksum(String query) {
    return query.replaceAll("&checksum=[0-9a-f]+$", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"})
  void nothingGoesToAnAddressThatIsNotPublicUnlessItIsAllowed(String host) {
    environment.remove("TINYSCALE_RELAY_ALLOW");
    MoodleReceiver moodle = moodle();
    start();
    String url = moodle.analyticsUrl(7).replace("127.0.0.1", host);
    create("abc123", "meta_analytics-callback-url", url);

    end("abc123");

    soon().until(() -> log().contains(" callback.refused "));
    soon().until(() -> waiting().isEmpty());
    assertThat(moodle.http().requests()).isEmpty();
    assertThat(log()).doesNotContain("bbb_broker");
  }

  @Test
  void noRedirectLeadsToAnAddressThatIsNotAllowed() {
    start();
    GreenlightReceiver greenlight = greenlight().withRoom("room7");
    greenlight.http().redirect("http://169.254.169.254/latest/meta-data/");
    create("room7", "meta_endCallbackUrl", greenlight.meetingEndedUrl());

    end("room7");

    soon().until(() -> log().contains(" callback.refused "));
    soon().until(() -> waiting().isEmpty());
    assertThat(greenlight.http().requests()).hasSize(1);
  }

  @Test
  void anEndCallbackFollowsRedirectsAndOthersFollowNone() {
    MoodleReceiver moodle = moodle();
    start();
    GreenlightReceiver greenlight = greenlight().withRoom("room7");
    MoodleReceiver elsewhere = moodle();
    elsewhere.http().redirect(greenlight.meetingEndedUrl() + "?meetingID=room7");
    moodle.http().redirect(elsewhere.analyticsUrl(7));
    create(
        "room7",
        "meta_endCallbackUrl",
        elsewhere.http().uri("/first").toString(),
        "meta_analytics-callback-url",
        moodle.analyticsUrl(7));

    end("room7");

    soon().until(() -> greenlight.ended().size() == 1);
    awaitLog(soon(), " callback.retry ", " kind=analytics ", " cause=\"status 302\"");
    assertThat(moodle.http().requests()).hasSize(1);
    assertThat(elsewhere.http().requests()).extracting(r -> r.path()).containsOnly("/first");
  }

  @Test
  void callbacksWaitForAFrontEndThatIsAwayAndSurviveARestart() {
    MoodleReceiver moodle = moodle();
    ChildProcess before = start();
    GreenlightReceiver greenlight = greenlight().withRoom("abc123");
    String recordId =
        create(
                "abc123",
                "meta_bbb-recording-ready-url",
                moodle.recordingReadyUrl(7),
                "meta_analytics-callback-url",
                moodle.analyticsUrl(7),
                "meta_endCallbackUrl",
                greenlight.meetingEndedUrl())
            .internalId();
    moodle.http().leave();
    greenlight.http().leave();

    end("abc123");
    publish(recordId);
    soon().until(() -> waiting().size() == 3);
    before.terminate();
    assertThat(before.awaitExit()).isZero();
    front.forwardToNobody();
    start();
    moodle.http().comeBack();
    greenlight.http().comeBack();

    afterRetries()
        .untilAsserted(
            () -> {
              assertThat(moodle.recordings()).containsExactly(recordId);
              assertThat(moodle.analytics()).hasSize(1);
              assertThat(greenlight.ended()).hasSize(1);
            });
    soon().until(() -> waiting().isEmpty());
  }

  @Test
  void aKillBetweenReceiptAndDeliveryLosesNothing() {
    MoodleReceiver moodle = moodle();
    ChildProcess killed = start();
    String recordId =
        create("abc123", "meta_bbb-recording-ready-url", moodle.recordingReadyUrl(7)).internalId();
    moodle.http().hang();
    end("abc123");
    publish(recordId);
    soon().until(() -> moodle.http().hanging() == 1);
    assertThat(waiting()).hasSize(1);

    kill(killed);
    soon().until(() -> moodle.http().hanging() == 0);
    moodle.http().behave();
    assertThat(moodle.http().statuses()).as("answers before the restart").isEmpty();
    assertThat(moodle.announced(recordId)).as("before the restart").isZero();
    start();

    afterRetries().until(() -> moodle.announced(recordId) == 1);
    assertThat(moodle.http().statuses()).containsExactly(202);
    soon().until(() -> waiting().isEmpty());
  }

  /** The test sends as the server does, and so knows what was answered with 200. */
  @Test
  void aKillAmongManyCallbacksLosesNothingThatWasAnswered() {
    MoodleReceiver moodle = moodle();
    ChildProcess killed = start();
    String url =
        create("abc123", "meta_bbb-recording-ready-url", moodle.recordingReadyUrl(7))
            .metadata()
            .get("bbb-recording-ready-url");
    String serverSecret = server("abc123").secret();
    moodle.http().leave();
    List<String> answered = new ArrayList<>();
    Thread killer = new Thread(killed::close);

    for (int i = 0; i < 200 && answered.size() + 20 > i; i++) {
      String recordId = "record-" + i;
      if (i == 30) {
        killer.start();
      }
      if (announce(url, TestTokens.recordingReady("abc123", recordId, serverSecret))
          .filter(status -> status == 200)
          .isPresent()) {
        answered.add(recordId);
      }
    }
    join(killer);
    assertThat(answered).hasSizeGreaterThanOrEqualTo(30);
    front.forwardToNobody();
    start();
    moodle.http().comeBack();

    afterRetries().until(() -> moodle.recordings().containsAll(answered));
    soon().until(() -> waiting().isEmpty());
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The status of the relay's answer; empty if there is none. */
  private static Optional<Integer> announce(String url, String token) {
    try {
      return Optional.of(
          post(url, "application/x-www-form-urlencoded", "signed_parameters=" + token)
              .statusCode());
    } catch (AssertionError noAnswer) {
      return Optional.empty();
    }
  }

  private static HttpResponse<String> post(String url, String contentType, String body) {
    return SERVER.post(URI.create(url), contentType, body);
  }

  @Test
  void anAnswerThatDripsIsGivenUpAndTheCallbackIsSentAgain() {
    MoodleReceiver moodle = moodle();
    start();
    create("abc123", "meta_analytics-callback-url", moodle.analyticsUrl(7));
    moodle.http().drip();

    end("abc123");

    awaitLog(afterRetries(), " callback.retry ", " kind=analytics ", " cause=timeout");
    moodle.http().behave();
    afterRetries().until(() -> moodle.http().statuses().equals(List.of(202, 202)));
    soon().until(() -> waiting().isEmpty());
  }

  @Test
  void anAnswerWithoutEndIsCut() {
    HttpReceiver receiver = receiver();
    start();
    create("room7", "meta_analytics-callback-url", receiver.uri("/analytics").toString());
    receiver.answerWithoutEnd();

    end("room7");

    awaitLog(soon(), " callback.delivered ", " kind=analytics ", " tries=1");
    soon().until(() -> receiver.open() == 0);
    // No more than what fits into the buffers of a connection.
    assertThat(receiver.endless()).isLessThan(64 << 20);
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void aFullSpoolTakesNothingMore() throws Exception {
    HttpReceiver receiver = receiver();
    fillSpool();
    start();
    SimulatedMeeting meeting =
        create(
            "room7",
            "meta_bbb-recording-ready-url",
            receiver.uri("/ready").toString(),
            "meta_endCallbackUrl",
            receiver.uri("/ended").toString());
    String token = TestTokens.recordingReady("room7", "r", server("room7").secret());

    assertThat(announce(meeting.metadata().get("bbb-recording-ready-url"), token)).contains(503);
    assertThat(frontend.get(URI.create(meeting.metadata().get("endcallbackurl"))).statusCode())
        .isEqualTo(503);

    awaitLog(
        soon(), " callback.given-up ", " kind=recording-ready ", "not kept: the spool is full");
    assertThat(receiver.requests()).isEmpty();
    assertThat(waiting()).hasSize(1);
  }

  /** One callback for later, whose body has 512 MiB and no block on the disk. */
  private void fillSpool() throws IOException {
    Files.createDirectories(spool);
    long later = Instant.now().plusSeconds(3600).toEpochMilli();
    Path file = spool.resolve(later + "-0123456789abcdef.callback");
    Files.writeString(
        file,
        "{\"v\":1,\"kind\":\"a\",\"tenant\":\"house\",\"url\":\"https://fe.example/a\","
            + "\"alg\":\"HS512\",\"claims\":{},\"created\":"
            + Instant.now().toEpochMilli()
            + ",\"tries\":  1}\n");
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
      whole.setLength(512 << 20);
    }
  }

  @Test
  void aCallbackThatTheDiskDoesNotTakeIsNotAnswered() throws Exception {
    HttpReceiver receiver = receiver();
    start();
    String url =
        create("room7", "meta_bbb-recording-ready-url", receiver.uri("/ready").toString())
            .metadata()
            .get("bbb-recording-ready-url");
    String token = TestTokens.recordingReady("room7", "r", server("room7").secret());
    Path elsewhere = Files.move(spool, folder.resolve("elsewhere"));

    assertThat(announce(url, token)).contains(503);

    awaitLog(soon(), " callback.given-up ", " kind=recording-ready ", "not kept: NoSuchFile");
    assertThat(receiver.requests()).isEmpty();
    Files.move(elsewhere, spool);
    assertThat(announce(url, token)).contains(200);
    soon().until(() -> receiver.requests().size() == 1);
  }

  @Test
  void aSpoolThatCannotBeWrittenStopsTheStart() throws Exception {
    Files.writeString(spool, "this is no directory");

    try (ChildProcess refused =
        ExecutableWar.start("callbacks", folder, environment, "--port", "0")) {
      assertThat(refused.awaitExit()).isEqualTo(2);
      assertThat(refused.err()).contains("relay.spool").doesNotContain("\tat ");
    }
  }

  /** One run with every outcome, at the level that says most. */
  @Test
  void noSecretTokenUrlOrContentIsWrittenAnywhere() throws Exception {
    environment.put("TINYSCALE_LOG_LEVEL", "debug");
    MoodleReceiver moodle = moodle();
    WebhookReceiver hooks = webhooks();
    Map<String, String> urls = new LinkedHashMap<>();
    for (String path : List.of("/500", "/401", "/hang", "/away")) {
      HttpReceiver receiver = receiver();
      urls.put(path, receiver.uri(path + "?with=parameter-4711").toString());
      switch (path) {
        case "/hang" -> receiver.hang();
        case "/away" -> receiver.leave();
        default -> receiver.answer(Integer.parseInt(path.substring(1)));
      }
    }
    urls.put("/refused", "http://10.20.30.40/refused?with=parameter-4711");
    urls.put("/moodle", moodle.analyticsUrl(7));
    ChildProcess running = start();
    register(hooks.url("/hook?with=parameter-4711"), "");
    List<String> relayed = new ArrayList<>();
    for (String url : urls.values()) {
      String meetingId = "abc123-" + urls.size() + relayed.size();
      relayed.addAll(create(meetingId, "meta_analytics-callback-url", url).metadata().values());
      server(meetingId).meetings().join(meetingId, "Zaphod Beeblebrox", "VIEWER");
      end(meetingId);
    }

    awaitLog(soon(), "callback.delivered tenant=house kind=analytics host=127.0.0.1 tries=1");
    awaitLog(
        soon(), "callback.refused tenant=house kind=analytics host=10.20.30.40 tries=1 cause=");
    awaitLog(soon(), "callback.given-up tenant=house kind=analytics ", "cause=\"status 401\"");
    awaitLog(soon(), "callback.retry tenant=house kind=analytics ", "cause=\"status 500\"");
    awaitLog(soon(), "callback.retry tenant=house kind=analytics ", "cause=\"no connection\"");
    awaitLog(afterRetries(), "callback.retry tenant=house kind=analytics ", "cause=timeout");
    hooks.http().answer(500, 1);
    create("last");
    awaitLog(soon(), "callback.retry tenant=house kind=webhook ", "seconds=0 cause=\"status 500\"");
    assertThat(moodle.analytics()).singleElement().asString().contains("Zaphod");
    assertThat(hooks.events("/hook?with=parameter-4711").toString()).contains("Zaphod");
    List<String> secrets = new ArrayList<>(secrets());
    secrets.addAll(List.of(SECRET, "eyJ"));
    List<String> tokens = relayed.stream().map(url -> url.replaceAll(".*/", "")).toList();
    assertThat(tokens).hasSize(6).allMatch(token -> token.startsWith("a1.house."));
    assertThat(running.out() + running.err())
        .doesNotContain(secrets)
        .doesNotContain(tokens)
        .doesNotContain("Zaphod", "parameter-4711", "bbb_broker", CALLBACK, ".house.");
    assertThat(waiting()).isNotEmpty();
    for (Path file : waiting()) {
      // A server writes the URLs that it knows into the analytics, which stay as they are.
      assertThat(Files.readAllLines(file).get(0)).contains("parameter-4711").doesNotContain(tokens);
      assertThat(Files.readString(file)).doesNotContain(secrets);
    }
  }

  @Test
  void aSecondProcessIsRefusedTheSpool() {
    start();

    try (ChildProcess second = ExecutableWar.start("second", folder, environment, "--port", "0")) {
      assertThat(second.awaitExit()).isEqualTo(2);
      assertThat(second.err()).contains("relay.spool").doesNotContain("\tat ");
    }
  }

  /** Limits are for each host, so the quick front end has another name. */
  @Test
  void aSlowFrontEndDelaysNoOther() {
    environment.put("TINYSCALE_RELAY_ALLOW", "127.0.0.1 localhost");
    HttpReceiver slow = receiver();
    HttpReceiver quick = receiver();
    start();
    slow.hang();
    for (int i = 0; i < 6; i++) {
      create("slow-" + i, "meta_endCallbackUrl", slow.uri("/slow").toString());
      end("slow-" + i);
    }
    soon().until(() -> slow.hanging() >= 2 && waiting().size() == 6);

    create("quick", "meta_endCallbackUrl", "http://localhost:" + quick.port() + "/quick");
    end("quick");

    soon().until(() -> quick.requests().size() == 1);
    soon().until(() -> waiting().size() == 6);
    assertThat(slow.statuses()).as("answers of the slow front end").isEmpty();
    // Two at a time; for a moment two that have timed out stand beside the next two.
    assertThat(slow.mostHanging()).isBetween(2, 4);
  }

  @Test
  void theSecretOfARemovedServerStillVerifies() {
    MoodleReceiver moodle = moodle();
    start();
    String url =
        create("abc123", "meta_bbb-recording-ready-url", moodle.recordingReadyUrl(7))
            .metadata()
            .get("bbb-recording-ready-url");
    SimulatedServer removed = server("abc123");
    SimulatedServer other =
        pool.servers().stream().filter(s -> s != removed).findFirst().orElseThrow();
    PoolFiles.write(folder, List.of(other));
    soon().until(() -> log().contains(" pool.changed "));

    assertThat(announce(url, TestTokens.recordingReady("abc123", "r", removed.secret())))
        .contains(200);

    soon().until(() -> moodle.recordings().equals(List.of("r")));
  }

  @ParameterizedTest
  @CsvSource({
    "foreign, HS256, HS256",
    "server, none, HS256",
    "server, HS256, HS512",
    "server, RS256, HS256",
    "frontend, HS256, HS256"
  })
  void refusesAnnouncementsThatNoServerSigned(String by, String named, String signedWith) {
    MoodleReceiver moodle = moodle();
    start();
    String url =
        create("abc123", "meta_bbb-recording-ready-url", moodle.recordingReadyUrl(7))
            .metadata()
            .get("bbb-recording-ready-url");
    String secret =
        switch (by) {
          case "server" -> server("abc123").secret();
          case "frontend" -> SECRET;
          default -> "somebody-else-0123456789";
        };

    String token =
        TestTokens.sign(
            "{\"alg\":\"" + named + "\"}",
            "{\"meeting_id\":\"abc123\",\"record_id\":\"r\"}",
            signedWith,
            secret);

    assertThat(announce(url, token)).contains(401);
    assertThat(waiting()).isEmpty();
    assertThat(moodle.http().requests()).isEmpty();
  }

  @Test
  void theAlgorithmOfTheServerIsKept() {
    start();
    HttpReceiver receiver = receiver();
    String url =
        create("room7", "meta_bbb-recording-ready-url", receiver.uri("/ready").toString())
            .metadata()
            .get("bbb-recording-ready-url");
    String secret = server("room7").secret();
    String claims = "{\"meeting_id\":\"room7\",\"record_id\":\"r\"}";

    announce(url, TestTokens.sign("{\"alg\":\"HS384\"}", claims, "HS384", secret));

    soon().until(() -> receiver.requests().size() == 1);
    String token = receiver.requests().get(0).form("signed_parameters").get(0);
    assertThat(token).isEqualTo(TestTokens.sign("{\"alg\":\"HS384\"}", claims, "HS384", SECRET));
  }

  @Test
  void badCallbacksAreRefusedByStatus() {
    MoodleReceiver moodle = moodle();
    start();
    SimulatedMeeting meeting =
        create(
            "abc123",
            "meta_bbb-recording-ready-url",
            moodle.recordingReadyUrl(7),
            "meta_analytics-callback-url",
            moodle.analyticsUrl(7),
            "meta_endCallbackUrl",
            "https://gl.example/e");
    String ready = meeting.metadata().get("bbb-recording-ready-url");
    String analytics = meeting.metadata().get("analytics-callback-url");
    String ended = meeting.metadata().get("endcallbackurl");
    String secret = server("abc123").secret();
    String form = "application/x-www-form-urlencoded";
    String good = TestTokens.recordingReady("abc123", "r", secret);
    String bearer = TestTokens.analytics(Instant.now().plusSeconds(3600), secret);

    assertThat(frontend.get(URI.create(ready)).statusCode()).as("method").isEqualTo(405);
    assertThat(frontend.get(URI.create(ready)).headers().firstValue("Allow")).contains("POST");
    assertThat(post(ended, form, "x=y").statusCode()).as("method").isEqualTo(405);
    assertThat(frontend.get(URI.create(changed(ended))).statusCode()).as("MAC").isEqualTo(404);
    assertThat(frontend.get(URI.create(ended.replace("e1.house.", "e1.other."))).statusCode())
        .as("tenant")
        .isEqualTo(404);
    assertThat(post(ended.replace("/e1.", "/r1."), form, "signed_parameters=" + good).statusCode())
        .as("kind")
        .isEqualTo(404);
    assertThat(frontend.get(URI.create(front.url() + CALLBACK + "x")).statusCode())
        .as("shape")
        .isEqualTo(404);
    assertThat(post(ready, form, "").statusCode()).as("no token").isEqualTo(401);
    assertThat(
            post(ready, form, "signed_parameters=" + good + "&signed_parameters=" + good)
                .statusCode())
        .as("two tokens")
        .isIn(400, 401);
    assertThat(post(ready, form, "signed_parameters=" + "x".repeat(70_000)).statusCode())
        .as("too large")
        .isEqualTo(413);
    assertThat(post(ready, form, "signed_parameters=" + changed(good)).statusCode())
        .as("signature")
        .isEqualTo(401);
    assertThat(postJson(analytics, "", "{\"meeting_id\":\"abc123\"}")).as("none").isEqualTo(401);
    assertThat(postJson(analytics, bearer, "[1]")).as("JSON").isEqualTo(400);
    assertThat(postJson(analytics, bearer, "{\"meeting_id\":")).as("JSON").isEqualTo(400);
    assertThat(
            postJson(
                analytics,
                TestTokens.analytics(Instant.now().minusSeconds(3600), secret),
                "{\"meeting_id\":\"abc123\"}"))
        .as("expired")
        .isEqualTo(401);
    assertThat(waiting()).isEmpty();
    assertThat(moodle.http().requests()).isEmpty();
  }

  /** The same text with another character before its last. */
  private static String changed(String text) {
    int at = text.length() - 2;
    return text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1);
  }

  private static int postJson(String url, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return SERVER.send(request.build()).statusCode();
  }

  private String register(String url, String more) {
    HttpResponse<String> answer =
        frontend.call("hooks/create", "callbackURL=" + encode(url) + more);
    assertSuccess(answer);
    return SigningClient.element(answer, "hookID");
  }

  @ParameterizedTest
  @EnumSource(HookSigning.class)
  void webhooksBringEachEventSignedForTheFrontEnd(HookSigning signing) {
    replacePool(server -> server.hookSigning(signing));
    WebhookReceiver receiver = webhooks();
    start();
    register(receiver.url("/all?a=1&b=2"), "");
    register(receiver.url("/one"), "&meetingID=room7");

    for (String meetingId : List.of("room7", "room8", "room9")) {
      create(meetingId);
    }
    List.of("room7", "room8", "room9").forEach(this::end);

    soon()
        .untilAsserted(
            () -> {
              assertThat(receiver.summary("/all?a=1&b=2"))
                  .containsExactlyInAnyOrder(
                      "meeting-created room7",
                      "meeting-ended room7",
                      "meeting-created room8",
                      "meeting-ended room8",
                      "meeting-created room9",
                      "meeting-ended room9");
              assertThat(receiver.summary("/one"))
                  .containsExactly("meeting-created room7", "meeting-ended room7");
            });
    assertThat(receiver.http().statuses()).as("none refused").hasSize(8).containsOnly(200);
    int digits = Map.of("SHA256", 64, "SHA384", 96, "SHA512", 128).getOrDefault(signing + "", 40);
    assertThat(receiver.http().requests())
        .allSatisfy(
            request -> {
              assertThat(request.parameter("checksum").orElseThrow()).hasSize(digits);
              assertThat(request.header("Authorization")).isEmpty();
              assertThat(request.target() + request.headers() + request.text())
                  .doesNotContain(secrets());
            });
  }

  /** Those of the servers. */
  private List<String> secrets() {
    return pool.servers().stream().map(SimulatedServer::secret).toList();
  }

  @Test
  void webhooksMayBringRawEvents() {
    WebhookReceiver receiver = webhooks();
    start();
    register(receiver.url("/raw"), "&getRaw=true");

    String internalId = create("room7").internalId();
    end("room7");

    soon().until(() -> receiver.events("/raw").size() == 2);
    assertThat(receiver.events("/raw"))
        .extracting(JsonObject::toString)
        .satisfiesExactly(
            created -> assertThat(created).contains("MeetingCreatedEvtMsg", "room7", internalId),
            ended -> assertThat(ended).contains("MeetingDestroyedEvtMsg", internalId));
  }

  @Test
  void listsOfWebhooksShowTheOriginalUrls() {
    start();
    String id = register("https://fe.example.org/hook?a=1&b=2", "");

    for (SimulatedServer server : pool.servers()) {
      assertThat(new FrontEnd(server.uri().toString(), server.secret()).call("hooks/list", ""))
          .contains(
              front.url() + CALLBACK + "h1.house.aHR0cHM6Ly9mZS5leGFtcGxlLm9yZy9ob29rP2E9MSZiPTI");
    }
    assertThat(frontend.call("hooks/list", "").body())
        .contains("<hookID>" + id + "</hookID>")
        .contains("https://fe.example.org/hook?a=1&amp;b=2")
        .doesNotContain(CALLBACK);
    assertThat(frontend.call("hooks/destroy", "hookID=" + id).body()).contains("true");
    assertThat(frontend.call("hooks/list", "").body()).doesNotContain("fe.example.org");
  }

  @Test
  void aWebhookThatIsRegisteredBareIsShownAndReplacedByANewOne() {
    WebhookReceiver receiver = webhooks();
    String bare = "callbackURL=" + encode(receiver.url("/hook"));
    for (SimulatedServer server : pool.servers()) {
      new FrontEnd(server.uri().toString(), server.secret()).call("hooks/create", bare);
    }
    start();
    assertThat(frontend.call("hooks/list", "").body()).contains(receiver.url("/hook"));

    register(receiver.url("/hook"), "");

    soon()
        .untilAsserted(
            () -> {
              for (SimulatedServer server : pool.servers()) {
                assertThat(hookUrls(server))
                    .singleElement()
                    .asString()
                    .startsWith(front.url() + CALLBACK + "h1.house.");
              }
            });
    create("room7");
    soon().until(() -> receiver.summary("/hook").equals(List.of("meeting-created room7")));
  }

  private static List<String> hookUrls(SimulatedServer server) {
    String list = new FrontEnd(server.uri().toString(), server.secret()).call("hooks/list", "");
    Matcher urls =
        Pattern.compile("<callbackURL><!\\[CDATA\\[(.*?)]]></callbackURL>").matcher(list);
    return urls.results().map(url -> url.group(1)).toList();
  }

  @Test
  void theServerRepeatsAWebhookThatItsReceiverDidNotTake() {
    WebhookReceiver receiver = webhooks();
    start();
    register(receiver.url("/hook"), "");
    receiver.http().answer(500, 2);

    create("room7");

    soon().until(() -> receiver.summary("/hook").equals(List.of("meeting-created room7")));
    assertThat(receiver.http().statuses()).containsExactly(500, 500, 200);
  }

  @Test
  void aWebhookThatItsReceiverRefusesIsNotRepeated() {
    WebhookReceiver receiver = webhooks();
    start();
    register(receiver.url("/hook"), "");
    receiver.http().answer(401);
    create("room7");
    soon().until(() -> receiver.http().statuses().equals(List.of(401)));
    receiver.http().behave();

    end("room7");

    soon().until(() -> receiver.summary("/hook").equals(List.of("meeting-ended room7")));
    assertThat(receiver.http().requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"foreign-secret", SECRET})
  void refusesWebhooksThatNoServerSigned(String secret) {
    WebhookReceiver receiver = webhooks();
    start();
    register(receiver.url("/hook"), "");
    String url = hookUrls(pool.servers().get(0)).get(0);
    String body = "domain=x&event=" + encode("[{\"data\":{}}]") + "&timestamp=1";

    HttpResponse<String> answer =
        post(
            url + "?checksum=" + FrontEnd.hash("SHA-1", url + body + secret),
            "application/x-www-form-urlencoded",
            body);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(receiver.http().requests()).isEmpty();
  }

  /** The URL of a webhook has no MAC; the checksum of each delivery covers it. */
  @ParameterizedTest
  @ValueSource(strings = {"foreign-secret", SECRET})
  void aMadeUpUrlOfAWebhookIsNotCalledWithoutAServersSignature(String secret) {
    HttpReceiver nobody = receiver();
    start();
    String meetingId = create("room7").internalId();
    String url = hookUrl(nobody.uri("/never-registered").toString());
    String body = deliveryOf(meetingId);

    assertThat(deliver(url, "?checksum=" + FrontEnd.hash("SHA-1", url + body + secret), body))
        .isEqualTo(403);
    assertThat(deliver(url, "", body)).isEqualTo(403);

    assertThat(nobody.requests()).isEmpty();
    String signature = FrontEnd.hash("SHA-1", url + body + server("room7").secret());
    assertThat(deliver(url, "?checksum=" + signature, body)).as("by a server").isEqualTo(200);
    assertThat(nobody.requests()).hasSize(1);
  }

  /** A stranger sends the beginning of what looks like a delivery, and keeps the connection. */
  @Test
  void aWebhookThatDoesNotComeWholeIsNotWaitedFor() throws IOException {
    start();
    URI url = URI.create(hookUrl("https://fe.example/hook"));
    try (Socket stranger = new Socket(url.getHost(), url.getPort())) {
      stranger.setSoTimeout(60_000);
      String request =
          "POST %s?checksum=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 2097152\r\n\r\ndomain="
              .formatted(url.getRawPath(), "a".repeat(40));

      stranger.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(stranger.getInputStream(), StandardCharsets.US_ASCII));
      List<String> head = new ArrayList<>();
      for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
        head.add(line);
      }
      assertThat(head.get(0)).startsWith("HTTP/1.1 408 ");
      assertThat(head).contains("Connection: close");
    }
  }

  /** The URL that a server knows for a webhook of the house. */
  private String hookUrl(String original) {
    return front.url()
        + CALLBACK
        + "h1.house."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(original.getBytes(StandardCharsets.UTF_8));
  }

  private static String deliveryOf(String internalMeetingId) {
    return "domain=x&event="
        + encode(
            "[{\"data\":{\"id\":\"user-joined\",\"attributes\":{\"meeting\":{"
                + "\"internal-meeting-id\":\""
                + internalMeetingId
                + "\",\"external-meeting-id\":\"room7\"}}}}]")
        + "&timestamp=1";
  }

  private static int deliver(String url, String query, String body) {
    return post(url + query, "application/x-www-form-urlencoded", body).statusCode();
  }

  @Test
  void noFrontEndCanHandAnAddressOfTheRelayToAServer() {
    start();
    String relayed =
        create("room7", "meta_endCallbackUrl", "https://gl.example/e")
            .metadata()
            .get("endcallbackurl");
    assertThat(relayed).startsWith(front.url() + CALLBACK + "e1.house.");

    SimulatedMeeting other = create("room8", "meta_endCallbackUrl", relayed, "meta_x", "y");

    assertThat(other.metadata()).doesNotContainKey("endcallbackurl").containsEntry("x", "y");
    assertThat(frontend.call("hooks/create", "callbackURL=" + encode(relayed)).body())
        .contains("createHookError");
    assertThat(log()).contains(" callback.refused ");
  }

  @Test
  void urlsThatCannotBeRelayedStayAsTheyAre() {
    start();

    SimulatedMeeting meeting =
        create(
            "room7",
            "meta_endCallbackUrl",
            "ftp://gl.example/e",
            "meta_analytics-callback-url",
            "https://m.example/" + "x".repeat(2048));

    assertThat(meeting.metadata())
        .containsEntry("endcallbackurl", "ftp://gl.example/e")
        .containsEntry("analytics-callback-url", "https://m.example/" + "x".repeat(2048));
    assertThat(log()).contains(" callback.left ");
  }
}
