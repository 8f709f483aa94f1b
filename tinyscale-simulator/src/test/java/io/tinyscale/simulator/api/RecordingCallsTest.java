package io.tinyscale.simulator.api;

import static io.tinyscale.simulator.Caller.key;
import static io.tinyscale.simulator.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.ServerTest;
import io.tinyscale.simulator.SimulatedServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordingCallsTest extends ServerTest {
  private Stream<String> meetingsOf(String query) throws Exception {
    return Stream.of(caller.get("getRecordings", query).body().split("<recording>"))
        .skip(1)
        .map(r -> r.replaceFirst("(?s).*?<meetingID>(.*?)</meetingID>.*", "$1"));
  }

  @Test
  void nothingFoundIsASuccess() throws Exception {
    HttpResponse<String> answer = caller.get("getRecordings", "meetingID=none");

    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
    assertThat(key(answer)).isEqualTo("noRecordings");
    assertThat(answer.body()).contains("<recordings>\n</recordings>");
  }

  @Test
  void aRecordedMeetingLeavesARecordingBehind() throws Exception {
    String internalId =
        server
            .meetings()
            .create("test01", Map.of("record", "true", "meta_course", "7"))
            .internalId();

    caller.get("end", "meetingID=test01");

    HttpResponse<String> answer = caller.get("getRecordings", "meetingID=test01");
    assertThat(text(answer, "recordID")).isEqualTo(internalId);
    assertThat(text(answer, "course")).isEqualTo("7");
    assertThat(text(answer, "state")).isEqualTo("published");
  }

  @Test
  void idsAreDecodedASecondTimeAndKeepTheirUmlauts() throws Exception {
    server.meetings().addRecording("Raum Süd/🎓");
    server.meetings().addRecording("1+1");

    assertThat(meetingsOf("meetingID=Raum%20S%C3%BCd%2F%F0%9F%8E%93")).hasSize(1);
    assertThat(meetingsOf("meetingID=Raum%2520S%25C3%25BCd%2F%25F0%259F%258E%2593")).hasSize(1);
    assertThat(meetingsOf("meetingID=1%2B1")).isEmpty();
  }

  @Test
  void recordingsAreFoundByMeetingListAndByIdPrefix() throws Exception {
    SimulatedRecording a = server.meetings().addRecording("room-a");
    server.meetings().addRecording("room-b");
    server.meetings().addRecording("room-c");

    assertThat(meetingsOf("meetingID=room-a,room-b")).containsExactlyInAnyOrder("room-a", "room-b");
    assertThat(meetingsOf("recordID=" + a.recordId().substring(0, 12) + "&meetingID=room-b"))
        .containsExactly("room-a");
    assertThat(meetingsOf("")).hasSize(3);
  }

  @Test
  void idListsAreDecodedTwice() throws Exception {
    server.meetings().addRecording("a b");

    assertThat(meetingsOf("meetingID=a%2520b")).containsExactly("a b");
    assertThat(meetingsOf("meetingID=a%2Bb")).containsExactly("a b");
  }

  @Test
  void statesAreFiltered() throws Exception {
    server.meetings().addRecording("published", "published", Map.of());
    server.meetings().addRecording("unpublished", "unpublished", Map.of());
    server.meetings().addRecording("processing", "processing", Map.of());

    assertThat(meetingsOf("")).containsExactlyInAnyOrder("published", "unpublished");
    assertThat(meetingsOf("state=processing")).containsExactly("processing");
    assertThat(meetingsOf("state=any")).hasSize(3);
  }

  @Test
  void metadataIsFilteredWithWildcards() throws Exception {
    server.meetings().addRecording("one", "published", Map.of("course", "maths-101"));
    server.meetings().addRecording("two", "published", Map.of("course", "physics"));

    assertThat(meetingsOf("meta_course=physics")).containsExactly("two");
    assertThat(meetingsOf("meta_course=maths%25")).containsExactly("one");
    assertThat(meetingsOf("meta_course=%25101")).containsExactly("one");
    assertThat(meetingsOf("meta_course=%25ys%25")).containsExactly("two");
    assertThat(meetingsOf("meta_course=maths")).isEmpty();
  }

  @Test
  void pagesNeedALimit() throws Exception {
    for (int i = 0; i < 120; i++) {
      server.meetings().addRecording("room-" + i);
    }

    assertThat(meetingsOf("offset=100")).hasSize(120);
    assertThat(meetingsOf("limit=x")).hasSize(120);
    assertThat(meetingsOf("limit=101")).hasSize(100);
    assertThat(meetingsOf("limit=0")).hasSize(1);
    assertThat(meetingsOf("limit=50&offset=100")).hasSize(20);
    assertThat(meetingsOf("limit=50&offset=-5")).hasSize(50);
    assertThat(text(caller.get("getRecordings", "limit=50"), "totalElements")).isEqualTo("120");
    assertThat(text(caller.get("getRecordings", ""), "totalElements")).isNull();
  }

  @Test
  void pagesAreDescribedAsTheVersionDoes() throws Exception {
    restart(SimulatedServer.builder().profile(Profile.V2_6));
    server.meetings().addRecording("room");
    assertThat(text(caller.get("getRecordings", "limit=5"), "pagination"))
        .contains("<pageable>", "<limit>5</limit>", "<totalElements>1</totalElements>");

    restart(SimulatedServer.builder().profile(Profile.V2_4));
    server.meetings().addRecording("a");
    server.meetings().addRecording("b");
    assertThat(meetingsOf("limit=1")).hasSize(2);
  }

  @Test
  void theListOfAllCanBeRefused() throws Exception {
    restart(SimulatedServer.builder().listsAllRecordings(false));

    HttpResponse<String> answer = caller.get("getRecordings", "");

    assertThat(key(answer)).isEqualTo("noRecordings");
    assertThat(answer.body()).doesNotContain("<recordings>");
  }

  @Test
  void publishEchoesItsValue() throws Exception {
    String id = server.meetings().addRecording("room").recordId();

    HttpResponse<String> answer =
        caller.get("publishRecordings", "recordID=unknown," + id + "&publish=false");

    assertThat(text(answer, "published")).isEqualTo("false");
    assertThat(server.meetings().recordings().get(0).state()).isEqualTo("unpublished");
  }

  @Test
  void deletedRecordingsAreMissingAfterwards() throws Exception {
    String id = server.meetings().addRecording("room").recordId();

    assertThat(text(caller.get("deleteRecordings", "recordID=" + id), "deleted")).isEqualTo("true");
    assertThat(key(caller.get("deleteRecordings", "recordID=" + id))).isEqualTo("notFound");
    assertThat(meetingsOf("state=deleted")).containsExactly("room");
  }

  @Test
  void updateSetsAndRemovesMetadata() throws Exception {
    String id = server.meetings().addRecording("room", "published", Map.of("old", "1")).recordId();

    HttpResponse<String> answer =
        caller.postForm(
            "updateRecordings",
            caller.signed("updateRecordings", "recordID=" + id),
            "meta_Old=&meta_New=2&protect=true");

    assertThat(text(answer, "updated")).isEqualTo("true");
    assertThat(server.meetings().recordings().get(0).metadata())
        .containsEntry("new", "2")
        .doesNotContainKey("old");
  }

  @Test
  void parametersAreCheckedBetweenTheTwoChecksumChecks() throws Exception {
    String wrong = "checksum=" + "0".repeat(64);

    assertThat(key(caller.getUnsigned("deleteRecordings", "recordID=a")))
        .isEqualTo("checksumError");
    assertThat(key(caller.getUnsigned("deleteRecordings", wrong)))
        .isEqualTo("missingParamRecordID");
    assertThat(key(caller.getUnsigned("publishRecordings", "recordID=a&" + wrong)))
        .isEqualTo("missingParamPublish");
    assertThat(key(caller.getUnsigned("deleteRecordings", "recordID=a&" + wrong)))
        .isEqualTo("checksumError");
    assertThat(key(caller.get("deleteRecordings", "recordID=a"))).isEqualTo("notFound");
  }

  @Test
  void textTracksAreListedInJson() throws Exception {
    String id = server.meetings().addRecording("room").recordId();

    HttpResponse<String> none = caller.get("getRecordingTextTracks", "recordID=" + id);
    HttpResponse<String> uploaded = upload(id, "subtitles", "file", "x".repeat(100_000));
    HttpResponse<String> one = caller.get("getRecordingTextTracks", "recordID=" + id);

    assertThat(none.body()).isEqualTo("{\"response\":{\"returncode\":\"SUCCESS\",\"tracks\":[]}}");
    assertThat(uploaded.body()).contains("\"upload_text_track_success\"");
    assertThat(one.body()).contains("\"kind\":\"subtitles\"", "\"lang\":\"en-US\"");
  }

  private HttpResponse<String> upload(String id, String kind, String part, String content)
      throws Exception {
    String body =
        "--XX\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nabc\r\n"
            + "--XX\r\nContent-Disposition: form-data; name=\""
            + part
            + "\"; filename=\"a.vtt\"\r\n\r\n"
            + content
            + "\r\n--XX--\r\n";
    String query = "recordID=" + id + "&kind=" + kind + "&lang=en-US&label=English";
    return caller.send(
        "POST",
        "putRecordingTextTrack",
        caller.signed("putRecordingTextTrack", query),
        BodyPublishers.ofString(body),
        "Content-Type",
        "multipart/form-data; boundary=XX");
  }

  @Test
  void uploadsOfTextTracksAreChecked() throws Exception {
    String id = server.meetings().addRecording("room").recordId();

    assertThat(upload(id, "subtitles", "nofile", "x").body())
        .contains("\"empty_uploaded_text_track\"");
    assertThat(upload(id, "subtitles", "file", "").body())
        .contains("\"empty_uploaded_text_track\"");
    assertThat(upload(id, "songs", "file", "x").body()).contains("\"invalidKind\"");
    assertThat(upload("unknown", "captions", "file", "x").body()).contains("\"noRecordings\"");
    assertThat(
            caller
                .send("POST", "putRecordingTextTrack", "recordID=a", BodyPublishers.noBody())
                .body())
        .contains("\"paramError\"");
  }
}
