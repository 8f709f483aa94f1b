package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.servlet.FakeServer.Peer;
import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.Profile;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What real front ends send, in their own encodings and orders: they must find all that they read,
 * and the servers must get what they wrote, byte for byte.
 */
class FrontEndReplayTest {

  private static final String SLIDES =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><modules><module name=\"presentation\">"
          + "<document url=\"https://fe.example.org/pluginfile.php/1/Übung.pdf\""
          + " filename=\"Übung.pdf\"/></module></modules>";

  // Real pools mix versions.
  @RegisterExtension
  private final SimulatedPoolExtension pool =
      SimulatedPoolExtension.of()
          .with("one", server -> server.profile(Profile.V3_0).webhooks(true))
          .with("two", server -> server.profile(Profile.V2_7).webhooks(true))
          .with("three", server -> server.profile(Profile.V4_0).webhooks(true));

  private RunningFilter start(TestContainer.Kind kind, String... settings) throws Exception {
    return pool.start(kind, settings);
  }

  /**
   * How a front end writes its calls.
   *
   * @param blank the encoding of a space
   * @param sorted whether it sorts its parameters
   * @param ampersand whether {@code &} comes before a checksum that stands alone
   * @param headers of every request
   */
  private record Dialect(
      RunningFilter filter,
      String algorithm,
      String blank,
      boolean sorted,
      boolean ampersand,
      List<String> headers) {

    /** The query of these names and values. */
    String query(String... parameters) {
      Map<String, String> all = sorted ? new TreeMap<>() : new LinkedHashMap<>();
      for (int i = 0; i < parameters.length; i += 2) {
        all.put(parameters[i], parameters[i + 1]);
      }
      List<String> pairs = new ArrayList<>();
      all.forEach(
          (name, value) ->
              pairs.add(
                  name
                      + "="
                      + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", blank)));
      return String.join("&", pairs);
    }

    URI address(String call, String... parameters) {
      String query = query(parameters);
      String checksum = FrontEnd.hash(algorithm, call + query + RunningFilter.SECRET);
      return URI.create(
          "http://127.0.0.1:"
              + filter.port()
              + "/bigbluebutton/api/"
              + call
              + "?"
              + query
              + (ampersand || !query.isEmpty() ? "&" : "")
              + "checksum="
              + checksum);
    }

    HttpResponse<String> send(String call, String... parameters) {
      return filter.frontEnd().get(address(call, parameters), headers.toArray(String[]::new));
    }

    String call(String call, String... parameters) {
      HttpResponse<String> answer = send(call, parameters);
      assertThat(answer.statusCode()).as(call).isEqualTo(200);
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
      return answer.body();
    }

    /** Follows a join as a browser does: to the server, and into its client. */
    void joins(String... parameters) {
      HttpResponse<String> answer = send("join", parameters);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
      String toServer = answer.headers().firstValue("Location").orElseThrow();
      assertThat(toServer).contains("/join?" + query(parameters) + "&checksum=");
      assertThat(
              filter
                  .frontEnd()
                  .get(URI.create(toServer))
                  .headers()
                  .firstValue("Location")
                  .orElseThrow())
          .contains("sessionToken=");
    }

    String post(String contentType, String body, String call, String... parameters) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address(call, parameters))
              .header("Content-Type", contentType)
              .POST(BodyPublishers.ofString(body));
      return filter.frontEnd().send(request.build()).body();
    }
  }

  private static String element(String document, String name) {
    return Pattern.compile("<" + name + ">(?:<!\\[CDATA\\[)?([^<\\]]*)")
        .matcher(document)
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElse("");
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void moodleHoldsALesson(TestContainer.Kind kind) throws Exception {
    String id = "0f3c9a1be7d84c1e9e0f6b2a-2-7";
    try (RunningFilter filter = start(kind)) {
      Dialect moodle =
          new Dialect(
              filter,
              "SHA-512",
              "+",
              false,
              true,
              List.of("User-Agent", "MoodleBot/1.0 (+https://moodle.example.org)"));

      // The settings page, and the room before the lesson.
      assertThat(element(moodle.call(""), "version")).isEqualTo("2.0");
      assertThat(moodle.call("getMeetings")).contains("<messageKey>noMeetings</messageKey>");
      assertThat(moodle.call("getMeetingInfo", "meetingID", id))
          .contains("<messageKey>notFound</messageKey>");

      // The first user creates the meeting, with slides.
      String[] create = {
        "meetingID", id,
        "name", "Übung 1 & 2",
        "attendeePW", "ap12",
        "moderatorPW", "mp12",
        "logoutURL",
            "https://moodle.example.org/mod/bigbluebuttonbn/bbb_view.php?action=logout&id=7",
        "record", "true",
        "welcome", "<br>Welcome to <b>%%CONFNAME%%</b>!",
        "muteOnStart", "false",
        "meta_bn-course-id", "7",
        "meta_bbb-meeting-size-hint", "25",
        "meta_endCallbackUrl", "https://moodle.example.org/bbb_broker.php?action=meeting_events",
        "meta_bn-recording-ready-url",
            "https://moodle.example.org/bbb_broker.php?action=recording_ready"
      };
      String created = moodle.post("application/xml", SLIDES, "create", create);
      assertThat(created).contains("SUCCESS").doesNotContain("duplicateWarning");
      assertThat(element(created, "internalMeetingID")).endsWith(element(created, "createTime"));
      ReceivedRequest atServer = pool.requests("create").get(0);
      assertThat(atServer.rawQuery()).startsWith(moodle.query(create) + "&checksum=");
      assertThat(atServer.header("content-type")).contains("application/xml");
      assertThat(atServer.bodySha256()).isEqualTo(FrontEnd.hash("SHA-256", SLIDES));
      assertThat(pool.requests("create")).hasSize(1);

      String createTime = element(created, "createTime");
      moodle.joins(
          "meetingID", id,
          "fullName", "Zoë O'Neil + Co",
          "password", "mp12",
          "logoutURL", "https://moodle.example.org/mod/bigbluebuttonbn/bbb_view.php?id=7",
          "userID", "42",
          "createTime", createTime);

      // Others wait and look.
      assertThat(moodle.call("isMeetingRunning", "meetingID", id)).contains("true");
      String info = moodle.call("getMeetingInfo", "meetingID", id);
      assertThat(element(info, "running")).isEqualTo("true");
      assertThat(element(info, "participantCount")).isEqualTo("1");
      assertThat(element(info, "moderatorCount")).isEqualTo("1");
      assertThat(element(info, "startTime")).matches("\\d{13}");
      assertThat(element(info, "createTime")).isEqualTo(createTime);
      assertThat(element(info, "fullName")).isEqualTo("Zoë O&#39;Neil + Co");
      assertThat(element(info, "userID")).isEqualTo("42");
      assertThat(pool.requests("getMeetingInfo"))
          .allSatisfy(
              request ->
                  assertThat(request.header("user-agent").orElse(""))
                      .satisfiesAnyOf(
                          agent -> assertThat(agent).startsWith("MoodleBot/1.0"),
                          // Calls that the balancer sends by itself.
                          agent -> assertThat(agent).isEqualTo("tinyscale")));

      assertThat(moodle.call("end", "meetingID", id, "password", "mp12"))
          .contains("sentEndMeetingRequest");
      assertThat(moodle.call("isMeetingRunning", "meetingID", id)).contains("false");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void moodleLooksAfterItsRecordings(TestContainer.Kind kind) throws Exception {
    List<String> ids =
        IntStream.range(0, 25)
            .mapToObj(
                i ->
                    pool.servers()
                        .get(i % 3)
                        .meetings()
                        .addRecording(
                            "course-" + i, i % 5 == 0 ? "unpublished" : "published", Map.of())
                        .recordId())
            .toList();
    String all = String.join(",", ids);
    try (RunningFilter filter = start(kind)) {
      Dialect moodle = new Dialect(filter, "SHA-256", "+", false, true, List.of());

      String list = moodle.call("getRecordings", "recordID", all, "state", "any");

      assertThat(ids).allSatisfy(id -> assertThat(list).containsOnlyOnce("<recordID>" + id + "<"));
      assertThat(list).contains("<playback>", "<startTime>", "<published>", "<meetingName>");
      assertThat(pool.requests("getRecordings"))
          .hasSize(3)
          .allSatisfy(
              request ->
                  assertThat(request.rawQuery())
                      .startsWith("recordID=" + all.replace(",", "%2C") + "&state=any&checksum="));

      String id = ids.get(1);
      assertThat(
              moodle.call(
                  "updateRecordings", "recordID", id, "meta_bbb-recording-name", "Über + uns"))
          .contains("<updated>true</updated>");
      assertThat(moodle.call("updateRecordings", "recordID", id, "protect", "true"))
          .contains("<updated>true</updated>");
      assertThat(moodle.call("publishRecordings", "recordID", id, "publish", "false"))
          .contains("<published>false</published>");
      assertThat(moodle.call("getRecordings", "recordID", id, "state", "any"))
          .contains("<state>unpublished</state>", "Über + uns");
      assertThat(moodle.call("deleteRecordings", "recordID", id))
          .contains("<deleted>true</deleted>");
      assertThat(moodle.call("getRecordings", "recordID", id)).contains("noRecordings");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      // Jetty's servlet layer refuses empty segments of a path by itself, unless it is told not to.
      names = "JETTY",
      mode = EnumSource.Mode.EXCLUDE)
  void greenlight30PutsTwoSlashesBeforeTheCall(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      FrontEnd greenlight =
          new FrontEnd(
              "http://127.0.0.1:" + filter.port() + "/bigbluebutton/api/", RunningFilter.SECRET);
      assertThat(greenlight.signed("create", "").getRawPath()).endsWith("/api//create");

      assertThat(greenlight.call("create", "meetingID=room&name=Room")).contains("SUCCESS");
      assertThat(greenlight.call("getMeetingInfo", "meetingID=room")).contains("SUCCESS");
      assertThat(moodle.call("getMeetings", "")).contains("<meetingID>room</meetingID>");
      assertThat(greenlight.get(greenlight.signed("join", "meetingID=room&fullName=Ann")))
          .satisfies(
              joined ->
                  assertThat(joined.headers().firstValue("Location").orElseThrow())
                      .contains("/bigbluebutton/api/join?meetingID=room&fullName=Ann&"));
      assertThat(greenlight.get(greenlight.unsigned("end", "meetingID=room&checksum=0")).body())
          .contains("checksumError");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void thePhpLibraryAnnouncesSlidesAsAForm(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd php = filter.frontEnd();

      HttpResponse<String> created =
          php.post(
              php.signed("create", "name=Room&meetingID=room"),
              "application/x-www-form-urlencoded",
              SLIDES + "100% &checksum=0");

      assertThat(created.body()).contains("SUCCESS");
      assertThat(pool.requests("create")).hasSize(1);
      assertThat(php.call("getMeetingInfo", "meetingID=room")).contains("SUCCESS");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void greenlightRunsARoom(TestContainer.Kind kind) throws Exception {
    String id = "k2x9vq3cc0b4m7m5v2zq1h8wzq6s0d";
    try (RunningFilter filter = start(kind)) {
      Dialect greenlight =
          new Dialect(filter, "SHA-1", "+", true, false, List.of("User-Agent", "Faraday v2.9.0"));
      assertThat(greenlight.address("getMeetings").getRawQuery()).startsWith("checksum=");
      assertThat(greenlight.call("getMeetings")).contains("SUCCESS", "noMeetings");

      // Greenlight creates the meeting before every join of a moderator, even if it exists.
      String[] create = {
        "name", "Ann's room",
        "meetingID", id,
        "moderatorPW", "",
        "record", "true",
        "logoutURL", "https://gl.example.org/rooms/abc",
        "meta_bbb-origin", "greenlight",
        "meta_bbb-origin-server-name", "gl.example.org",
        "meta_server-tag", "eu;fast",
        "meta_endCallbackUrl", "https://gl.example.org/meeting_ended",
        "meta_bbb-recording-ready-url", "https://gl.example.org/recording_ready",
        "muteOnStart", "true",
        "guestPolicy", "ALWAYS_ACCEPT"
      };
      String first = greenlight.post("application/xml", SLIDES, "create", create);
      String again = greenlight.call("create", create);
      assertThat(first).contains("SUCCESS").doesNotContain("duplicateWarning");
      assertThat(again).contains("SUCCESS", "duplicateWarning");
      for (String name : List.of("createTime", "internalMeetingID")) {
        assertThat(element(again, name)).isEqualTo(element(first, name));
      }
      assertThat(pool.requests("create"))
          .hasSize(2)
          .allSatisfy(
              request -> assertThat(request.rawQuery()).startsWith("guestPolicy=ALWAYS_ACCEPT&"));

      assertThat(greenlight.call("isMeetingRunning", "meetingID", id)).contains("false");
      greenlight.joins(
          "fullName", "Ann Lee",
          "meetingID", id,
          "password", "",
          "role", "Moderator",
          "userID", "gl-1",
          "avatarURL", "https://gl.example.org/a b.png",
          "createTime", element(again, "createTime"));
      greenlight.joins("fullName", "Guest (1)", "meetingID", id, "password", "", "role", "Viewer");
      assertThat(greenlight.call("isMeetingRunning", "meetingID", id)).contains("true");
      String info = greenlight.call("getMeetingInfo", "meetingID", id);
      assertThat(element(info, "participantCount")).isEqualTo("2");
      assertThat(element(info, "running")).isEqualTo("true");
      assertThat(greenlight.call("getMeetings")).contains("<meetingID>" + id + "</meetingID>");
      assertThat(greenlight.call("end", "meetingID", id)).contains("SUCCESS");

      // Half an hour later.
      String recordings = greenlight.call("getRecordings", "meetingID", id);
      String recordId = element(recordings, "recordID");
      assertThat(recordId).isEqualTo(element(first, "internalMeetingID"));
      assertThat(recordings).contains("<type>presentation</type>", "<length>", "<url>http");
      assertThat(
              greenlight.call(
                  "updateRecordings",
                  "recordID",
                  recordId,
                  "protect",
                  "false",
                  "meta_gl-listed",
                  "true"))
          .contains("<updated>true</updated>");
      assertThat(pool.requests("updateRecordings"))
          .hasSize(3)
          .allSatisfy(
              request ->
                  assertThat(request.rawQuery())
                      .startsWith(
                          "meta_gl-listed=true&protect=false&recordID=" + recordId + "&checksum="));
      assertThat(greenlight.call("getRecordings", "recordID", recordId))
          .contains("<gl-listed>true</gl-listed>");
      assertThat(greenlight.call("deleteRecordings", "recordID", recordId)).contains("SUCCESS");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void nextcloudOpensARoom(TestContainer.Kind kind) throws Exception {
    String id = "Raum Süd/1";
    try (RunningFilter filter = start(kind)) {
      Dialect nextcloud = new Dialect(filter, "SHA-1", "%20", false, false, List.of());

      // The health check of Nextcloud asks for a meeting that does not exist.
      assertThat(nextcloud.call("isMeetingRunning", "meetingID", "foobar"))
          .contains("<running>false</running>");

      String[] create = {
        "meetingID", id,
        "name", "Raum Süd",
        "attendeePW", "aa",
        "moderatorPW", "mm",
        "welcome", "Hallo & willkommen",
        "logoutURL", "https://cloud.example.org/apps/bbb/b/x y",
        "record", "true",
        "meta_endCallbackUrl", "https://cloud.example.org/apps/bbb/hook/ended/1"
      };
      String created = nextcloud.post("application/xml", SLIDES, "create", create);
      assertThat(created).contains("SUCCESS");
      assertThat(nextcloud.post("application/xml", SLIDES, "create", create))
          .contains("duplicateWarning");
      assertThat(pool.requests("create").get(0).rawQuery())
          .startsWith("meetingID=Raum%20S%C3%BCd%2F1&name=Raum%20S%C3%BCd&")
          .doesNotContain("+");

      nextcloud.joins(
          "meetingID", id,
          "fullName", "Jürgen Groß",
          "password", "mm",
          "createTime", element(created, "createTime"),
          "userID", "juergen");
      assertThat(nextcloud.call("isMeetingRunning", "meetingID", id)).contains("true");
      assertThat(nextcloud.call("getMeetingInfo", "meetingID", id)).contains("Jürgen Groß");
      pool.ownerOf(id).meetings().end(id);

      String recordings =
          nextcloud.call(
              "getRecordings",
              "meetingID",
              id,
              "state",
              "processing,processed,published,unpublished");
      String recordId = element(recordings, "recordID");
      assertThat(recordId).isEqualTo(element(created, "internalMeetingID"));
      assertThat(nextcloud.call("publishRecordings", "recordID", recordId, "publish", "false"))
          .contains("<published>false</published>");
      assertThat(nextcloud.call("deleteRecordings", "recordID", recordId)).contains("SUCCESS");
    }
  }

  /** The library of Nextcloud may announce as many bytes as there are characters. */
  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aCutBodyOfNextcloudReachesTheServerUnchanged(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, List.of(pool.server("three")));
        Peer caller = Peer.connect(filter.port())) {
      URI create =
          new Dialect(filter, "SHA-1", "%20", false, false, List.of())
              .address("create", "meetingID", "cut", "name", "Cut");
      byte[] body = SLIDES.getBytes(StandardCharsets.UTF_8);
      assertThat(SLIDES.length()).isLessThan(body.length);

      caller.write(
          "POST "
              + create.getRawPath()
              + "?"
              + create.getRawQuery()
              + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: "
              + SLIDES.length()
              + "\r\n\r\n");
      caller.out.write(body);
      String head = caller.readHead();

      assertThat(new String(caller.readBody(head), StandardCharsets.UTF_8))
          .contains("FAILED", "malformedXml");
      assertThat(pool.server("three").requests())
          .anySatisfy(
              request -> {
                assertThat(request.call()).isEqualTo("create");
                assertThat(request.bodyLength()).isEqualTo(SLIDES.length());
              });
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void thePhpLibraryNamesTypesItDoesNotSendAndKeepsCookies(TestContainer.Kind kind)
      throws Exception {
    try (RunningFilter filter = start(kind)) {
      Dialect php =
          new Dialect(
              filter,
              "SHA-256",
              "%20",
              false,
              true,
              List.of(
                  "Content-Type",
                  "application/xml",
                  "Cookie",
                  "JSESSIONID=0123456789ABCDEF",
                  "Accept-Encoding",
                  "deflate, gzip"));
      assertThat(php.address("getMeetings").getRawQuery()).startsWith("&checksum=");
      assertThat(php.call("getMeetings")).contains("SUCCESS");
      assertThat(php.call("create", "meetingID", "m 1", "name", "M 1")).contains("SUCCESS");
      php.joins("meetingID", "m 1", "fullName", "Ann Lee", "role", "VIEWER");
      assertThat(php.call("getMeetingInfo", "meetingID", "m 1")).contains("Ann Lee");
      assertThat(php.call("getRecordings", "state", "any")).contains("SUCCESS");

      for (SimulatedServer server : pool.servers()) {
        assertThat(server.requests())
            // The browser went to the server itself.
            .filteredOn(request -> !request.call().equals("join"))
            .isNotEmpty()
            .allSatisfy(
                request -> {
                  for (String name :
                      List.of(
                          "cookie",
                          "content-type",
                          "content-length",
                          "transfer-encoding",
                          "accept-encoding")) {
                    assertThat(request.header(name)).as(name).isEmpty();
                  }
                });
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void thePhpLibraryRegistersAWebhookWithSha1(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      Dialect php = new Dialect(filter, "SHA-1", "%20", false, true, List.of());

      String created =
          php.call(
              "hooks/create",
              "callbackURL",
              "https://fe.example.org/hook?a=1&b=2",
              "meetingID",
              "test 01",
              "getRaw",
              "false");

      assertThat(created).contains("SUCCESS", "<permanentHook>false</permanentHook>");
      String id = element(created, "hookID");
      assertThat(element(php.call("hooks/list"), "hookID")).isEqualTo(id);
      assertThat(php.call("hooks/destroy", "hookID", id)).contains("<removed>true</removed>");
      assertThat(php.call("hooks/list")).doesNotContain("<hookID>");
    }
  }
}
