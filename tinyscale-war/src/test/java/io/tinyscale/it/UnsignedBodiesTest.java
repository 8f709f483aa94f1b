package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code body.unsigned=refuse}, over real sockets. */
class UnsignedBodiesTest {

  private static final String FORM = "application/x-www-form-urlencoded";

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private final SimulatedServer server = pool.server("one");

  @BeforeEach
  void createMeeting() {
    server.meetings().create("math");
  }

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    RunningFilter filter = pool.start(kind, "body.unsigned", "refuse");
    server.resetCounters();
    return filter;
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void bodiesThatNoChecksumCoversReachNoServer(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String large = "<modules>" + " ".repeat(1_000_000) + "</modules>";
      URI slides = moodle.signed("create", "name=New&meetingID=new");
      URI insert = moodle.signed("insertDocument", "meetingID=math");
      URI captions =
          moodle.signed("putRecordingTextTrack", "recordID=r&kind=captions&lang=en&label=x");
      URI anyForm = moodle.unsigned("end", "checksum=" + moodle.checksum("end", ""));

      assertThat(
              List.of(
                  moodle.post(slides, "application/xml", "<modules/>"),
                  moodle.post(slides, "text/xml", large),
                  moodle.post(slides, FORM, "moderatorPW=mine"),
                  moodle.post(insert, "application/xml", large),
                  moodle.post(captions, "multipart/form-data; boundary=b", "--b--\r\n"),
                  moodle.post(anyForm, FORM, "meetingID=math"),
                  moodle.post(
                      moodle.unsigned("end", ""),
                      FORM,
                      "meetingID=math&checksum=" + moodle.checksum("end", ""))))
          .allSatisfy(
              answer -> {
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body())
                    .contains("FAILED", "checksumError", "does not cover the request's body");
              });
      assertThat(server.receivedTotal()).isZero();
      assertThat(server.meetings().contains("math")).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void callsWithCoveredBodiesStillWork(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(moodle.call("create", "name=New&meetingID=new")).contains("SUCCESS");
      assertThat(moodle.post(moodle.signed("create", "name=New&meetingID=new"), FORM, "").body())
          .contains("duplicateWarning");
      // The older recipe covers the form.
      String covered = "meetingID=math&password=mp";
      assertThat(
              moodle
                  .post(
                      moodle.unsigned("getMeetingInfo", ""),
                      FORM,
                      covered + "&checksum=" + moodle.checksum("getMeetingInfo", covered))
                  .body())
          .contains("<meetingID>math</meetingID>");
      assertThat(
              moodle
                  .post(
                      moodle.unsigned("getMeetingInfo", ""),
                      FORM,
                      "meetingID=new&checksum=" + moodle.checksum("getMeetingInfo", covered))
                  .body())
          .contains("checksumError");
    }
  }
}
