package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.SimulatedRecording;
import io.tinyscale.simulator.fault.Fault;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Corner cases of recordings and of bodies, over real sockets. */
class RecordingCasesTest {

  private static final Pattern RECORD_ID = Pattern.compile("<recordID>([^<]+)</recordID>");
  private static final Pattern HREF = Pattern.compile("\"href\":\"([^\"]+)\"");
  private static final long DAY = 86_400_000L;

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one", "two");

  private final SimulatedServer one = pool.server("one");
  private final SimulatedServer two = pool.server("two");

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    return pool.start(kind, "cache.ttl", "0");
  }

  private static String recorded(
      SimulatedServer server, String meetingId, int day, String state, Map<String, String> meta) {
    return server
        .meetings()
        .addRecording(meetingId, "Name of " + meetingId, state, day * DAY, meta)
        .recordId();
  }

  private static List<String> ids(String list) {
    return RECORD_ID.matcher(list).results().map(found -> found.group(1)).toList();
  }

  private static SimulatedRecording recording(SimulatedServer server, String id) {
    return server.meetings().recordings().stream()
        .filter(recording -> recording.recordId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static ReceivedRequest last(SimulatedServer server, String call) {
    return server.requests().stream()
        .filter(request -> request.call().equals(call))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void recordingsOfSeveralMeetingsComeFromAllServersNewestFirst(TestContainer.Kind kind)
      throws Exception {
    String a1 = recorded(one, "a", 1, "published", Map.of());
    String b4 = recorded(one, "b", 4, "published", Map.of());
    String a3 = recorded(two, "a", 3, "published", Map.of());
    String b2 = recorded(two, "b", 2, "unpublished", Map.of());
    recorded(two, "c", 5, "published", Map.of());
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(ids(moodle.call("getRecordings", "meetingID=a,b")))
          .containsExactly(b4, a3, b2, a1);
      assertThat(ids(moodle.call("getRecordings", "recordID=" + a1 + "," + a3)))
          .containsExactly(a3, a1);
      // Servers take the beginning of a recordID for the id.
      assertThat(ids(moodle.call("getRecordings", "recordID=" + a1.substring(0, 40))))
          .containsExactly(a3, a1);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void serversFilterByStateAndMetadata(TestContainer.Kind kind) throws Exception {
    String math = recorded(one, "a", 1, "published", Map.of("course", "Math 1"));
    String more = recorded(two, "a", 2, "published", Map.of("course", "More Math 2"));
    String deleted = recorded(two, "a", 3, "deleted", Map.of("course", "Arts"));
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(ids(moodle.call("getRecordings", "meta_course=%25Math%25")))
          .containsExactly(more, math);
      assertThat(ids(moodle.call("getRecordings", "meta_course=Math%25"))).containsExactly(math);
      assertThat(ids(moodle.call("getRecordings", "state=any")))
          .containsExactly(deleted, more, math);
      assertThat(ids(moodle.call("getRecordings", "state=deleted"))).containsExactly(deleted);
      assertThat(last(one, "getRecordings").rawQuery()).startsWith("state=deleted&checksum=");

      String nothing = moodle.call("getRecordings", "meta_course=Latin");
      assertThat(nothing).contains("SUCCESS", "<messageKey>noRecordings</messageKey>");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void changesReachEveryServerThatHasOneOfTheRecordings(TestContainer.Kind kind) throws Exception {
    String r1 = recorded(one, "a", 1, "published", Map.of("course", "Math"));
    String r2 = recorded(two, "b", 2, "published", Map.of("course", "Arts"));
    String both = "recordID=" + r1 + "," + r2 + ",unknown-1";
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(moodle.call("publishRecordings", both + "&publish=false"))
          .contains("SUCCESS", "<published>false</published>");
      assertThat(recording(one, r1).state()).isEqualTo("unpublished");
      assertThat(recording(two, r2).state()).isEqualTo("unpublished");

      assertThat(
              moodle.call(
                  "updateRecordings", both + "&protect=true&meta_gl-listed=true&meta_course="))
          .contains("<updated>true</updated>");
      assertThat(recording(one, r1).metadata())
          .containsEntry("gl-listed", "true")
          .doesNotContainKey("course");
      assertThat(last(two, "updateRecordings").rawQuery())
          .startsWith(both + "&protect=true&meta_gl-listed=true&meta_course=&checksum=");

      for (String call : List.of("publishRecordings", "deleteRecordings", "updateRecordings")) {
        assertThat(moodle.call(call, "recordID=unknown-1&publish=true"))
            .as(call)
            .contains("FAILED", "<messageKey>notFound</messageKey>");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void deletingAgainIsNotFoundAndNoFailureOfTheServer(TestContainer.Kind kind) throws Exception {
    String r1 = recorded(one, "a", 1, "published", Map.of());
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      assertThat(moodle.call("deleteRecordings", "recordID=" + r1)).contains("SUCCESS", "true");

      for (int again = 0; again < 5; again++) {
        assertThat(moodle.call("deleteRecordings", "recordID=" + r1))
            .contains("FAILED", "<messageKey>notFound</messageKey>");
      }

      // No server is ejected: both get new meetings.
      for (int i = 0; i < 4; i++) {
        moodle.call("create", "name=Room&meetingID=room-" + i);
      }
      assertThat(one.meetings().size()).isEqualTo(2);
      assertThat(two.meetings().size()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void linksToCaptionsAreMadeForEachCaller(TestContainer.Kind kind) throws Exception {
    String id = recorded(two, "a", 1, "published", Map.of());
    String put = "recordID=" + id + "&kind=captions&lang=en-US&label=English";
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      assertThat(
              moodle
                  .post(moodle.signed("putRecordingTextTrack", put), MULTIPART, multipart("WEBVTT"))
                  .body())
          .contains("upload_text_track_success");

      Set<String> links = new HashSet<>();
      for (int caller = 0; caller < 3; caller++) {
        String tracks = moodle.call("getRecordingTextTracks", "recordID=" + id);
        assertThat(tracks).startsWith("{").contains("\"lang\":\"en-US\"");
        HREF.matcher(tracks).results().forEach(found -> links.add(found.group(1)));
      }

      assertThat(links).hasSize(3);
      assertThat(two.received("getRecordingTextTracks")).isEqualTo(3);
    }
  }

  private static final String MULTIPART = "multipart/form-data; boundary=b";

  private static String multipart(String file) {
    return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vtt\"\r\n\r\n"
        + file
        + "\r\n--b--\r\n";
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void uploadsOfCaptionsReachTheOwnerUnchanged(TestContainer.Kind kind) throws Exception {
    String id = recorded(two, "a", 1, "published", Map.of());
    String put = "recordID=" + id + "&kind=subtitles&lang=de&label=Deutsch";
    String large = multipart("x".repeat(5_000_000));
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      URI address = moodle.signed("putRecordingTextTrack", put);

      assertThat(moodle.post(address, MULTIPART, large).body())
          .contains("upload_text_track_success");
      assertThat(last(two, "putRecordingTextTrack").bodySha256())
          .isEqualTo(FrontEnd.hash("SHA-256", large));
      assertThat(one.received("putRecordingTextTrack")).isZero();

      assertThat(moodle.post(address, MULTIPART, "--b--\r\n").body())
          .startsWith("{")
          .contains("FAILED", "empty_uploaded_text_track");
    }
  }

  private static BodyPublisher unknownLength(byte[] body) {
    return BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void documentsOf40MegabytesAreStreamed(TestContainer.Kind kind) throws Exception {
    byte[] slides = new byte[40_000_000];
    new Random(42).nextBytes(slides);
    one.meetings().create("math");
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      URI insert = moodle.signed("insertDocument", "meetingID=math&simulatorSkipParsing=true");

      for (BodyPublisher body :
          List.of(BodyPublishers.ofByteArray(slides), unknownLength(slides))) {
        assertThat(moodle.post(insert, "application/xml", body).body())
            .contains("SUCCESS", "Presentation is being uploaded");
        assertThat(last(one, "insertDocument").bodyLength()).isEqualTo(slides.length);
        assertThat(last(one, "insertDocument").bodySha256())
            .isEqualTo(FrontEnd.hash("SHA-256", slides));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop", "drop:1000000", "reset:1000000", "act-then-drop"})
  void anUploadIsNotRepeatedIfItsServerDies(String fault) throws Exception {
    one.meetings().create("math");
    for (TestContainer.Kind kind : TestContainer.Kind.values()) {
      try (RunningFilter filter = start(kind)) {
        FrontEnd moodle = filter.frontEnd();
        assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
        pool.servers().forEach(SimulatedServer::resetCounters);
        one.fault("insertDocument", Fault.parse(fault));

        String answer =
            moodle
                .post(
                    moodle.signed("insertDocument", "meetingID=math&simulatorSkipParsing=true"),
                    "application/xml",
                    BodyPublishers.ofByteArray(new byte[4_000_000]))
                .body();

        assertThat(answer).contains("FAILED", "internalError");
        assertThat(one.received("insertDocument")).isEqualTo(1);
        assertThat(two.received("insertDocument")).isZero();
        one.clearFaults();
        assertThat(moodle.call("getMeetingInfo", "meetingID=math&again")).contains("SUCCESS");
      }
    }
  }
}
