package io.tinyscale.simulator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.simulator.Caller;
import io.tinyscale.simulator.api.Checksums.Verdict;
import io.tinyscale.simulator.http.RequestText;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumsTest {
  private static final String SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b";

  private final Checksums checksums = of(Profile.V3_0);

  private static Checksums of(Profile profile) {
    return new Checksums(SECRET, profile, profile.algorithms());
  }

  private static ApiRequest request(String method, String call, String query, String form)
      throws Exception {
    String text =
        "%s /bigbluebutton/api/%s%s HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(
                method,
                call,
                query.isEmpty() ? "" : "?" + query,
                "application/x-www-form-urlencoded",
                form.length(),
                form);
    return ApiRequest.of(RequestText.read(text), call);
  }

  private static ApiRequest get(String call, String query) throws Exception {
    return request("GET", call, query, "");
  }

  private static String sha256(String call, String query) {
    return Caller.hash("SHA-256", call + query + SECRET);
  }

  /** The secret is the same for all; the first vector is printed in the BBB docs. */
  @ParameterizedTest(name = "{0} {3}")
  @CsvFileSource(resources = "checksums.csv", delimiter = ';', emptyValue = "", numLinesToSkip = 1)
  void signsAndVerifiesTheKnownVectors(
      String name, String call, String maybeQuery, String algorithm, String checksum)
      throws Exception {
    String query = maybeQuery == null ? "" : maybeQuery;

    assertThat(checksums.sign(call, query, algorithm)).isEqualTo(checksum);
    String signed = query + (query.isEmpty() ? "" : "&") + "checksum=" + checksum;
    Verdict verdict =
        call.startsWith("hooks/")
            ? checksums.ofHookCall(get(call, signed))
            : checksums.ofMeetingCall(get(call, signed));
    assertThat(verdict).isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void theChecksumMayStandAnywhere() throws Exception {
    String checksum = sha256("end", "meetingID=test01&password=mp");

    for (String query :
        new String[] {
          "checksum=%s&meetingID=test01&password=mp",
          "meetingID=test01&checksum=%s&password=mp",
          "meetingID=test01&password=mp&checksum=%s"
        }) {
      assertThat(checksums.ofMeetingCall(get("end", query.formatted(checksum))))
          .isEqualTo(Verdict.VERIFIED);
    }
  }

  @Test
  void anEmptyQueryMayHaveALeadingAmpersand() throws Exception {
    String checksum = sha256("getMeetings", "");

    assertThat(checksums.ofMeetingCall(get("getMeetings", "checksum=" + checksum)))
        .isEqualTo(Verdict.VERIFIED);
    assertThat(checksums.ofMeetingCall(get("getMeetings", "&checksum=" + checksum)))
        .isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void ampersandsLeftOverAreHashed() {
    assertThat(Checksums.without("a=1&checksum=V&", "V")).isEqualTo("a=1&");
    assertThat(Checksums.without("a=1&&checksum=V", "V")).isEqualTo("a=1&");
    assertThat(Checksums.without("a=1&checksum=V&b=2", "V")).isEqualTo("a=1&b=2");
    assertThat(Checksums.without("&checksum=V", "V")).isEmpty();
    assertThat(Checksums.without("checksum=V&a=1", "V")).isEqualTo("a=1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 39, 41, 65})
  void checksumsOfAnotherLengthAreWrong(int length) throws Exception {
    Verdict verdict = checksums.ofMeetingCall(get("getMeetings", "checksum=" + "a".repeat(length)));

    assertThat(verdict).isEqualTo(length == 0 ? Verdict.MISSING : Verdict.WRONG);
  }

  @Test
  void anAlgorithmNotListedIsWrong() throws Exception {
    Checksums strict = new Checksums(SECRET, Profile.V3_0, Set.of("sha512"));

    assertThat(strict.ofMeetingCall(get("getMeetings", "checksum=" + sha256("getMeetings", ""))))
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void theOldestProfileKnowsTwoAlgorithmsInLowerCaseOnly() throws Exception {
    Checksums old = of(Profile.V2_4);
    String sha256 = sha256("getMeetings", "");

    assertThat(old.ofMeetingCall(get("getMeetings", "checksum=" + sha256)))
        .isEqualTo(Verdict.VERIFIED);
    assertThat(old.ofMeetingCall(get("getMeetings", "checksum=" + sha256.toUpperCase(Locale.ROOT))))
        .isEqualTo(Verdict.WRONG);
    assertThat(
            old.ofMeetingCall(
                get("getMeetings", "checksum=" + Caller.hash("SHA-512", "getMeetings" + SECRET))))
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void laterProfilesAcceptUpperCase() throws Exception {
    String query = "checksum=" + sha256("getMeetings", "").toUpperCase(Locale.ROOT);

    assertThat(checksums.ofMeetingCall(get("getMeetings", query))).isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void onlyTheNewestProfileRefusesTwoChecksums() throws Exception {
    String checksum = sha256("getMeetings", "");
    String query = "checksum=" + checksum + "&checksum=" + checksum;

    assertThat(of(Profile.V3_0).ofMeetingCall(get("getMeetings", query)))
        .isEqualTo(Verdict.VERIFIED);
    assertThat(of(Profile.V4_0).ofMeetingCall(get("getMeetings", query))).isEqualTo(Verdict.WRONG);
  }

  @Test
  void formWithChecksumInUrlSignsAnEmptyQuery() throws Exception {
    String url = "checksum=" + sha256("end", "");

    for (Profile profile : Profile.values()) {
      assertThat(
              of(profile)
                  .ofMeetingCall(request("POST", "end", url, "password=mp&meetingID=test01")))
          .as(profile.version())
          .isEqualTo(Verdict.VERIFIED);
    }
  }

  @Test
  void formWithChecksumInsideSignsAnEmptyQuerySinceThree() throws Exception {
    String form = "password=mp&meetingID=test01&checksum=" + sha256("end", "");

    assertThat(of(Profile.V2_7).ofMeetingCall(request("POST", "end", "", form)))
        .isEqualTo(Verdict.WRONG);
    assertThat(of(Profile.V3_0).ofMeetingCall(request("POST", "end", "", form)))
        .isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void formWithChecksumInsideSignsSortedNamesBeforeThree() throws Exception {
    String form =
        "password=m%2bp&meetingID=test%2001&checksum="
            + sha256("end", "meetingID=test+01&password=m%2Bp");

    assertThat(of(Profile.V2_7).ofMeetingCall(request("POST", "end", "", form)))
        .isEqualTo(Verdict.VERIFIED);
    assertThat(of(Profile.V3_0).ofMeetingCall(request("POST", "end", "", form)))
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void recordingCallsSignTheUrlWhateverTheMethod() throws Exception {
    String form = "recordID=a&checksum=" + sha256("updateRecordings", "");

    assertThat(of(Profile.V2_7).ofRecordingCall(request("POST", "updateRecordings", "", form)))
        .isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void anEmptySecretSwitchesTheCheckOff() throws Exception {
    Checksums open = new Checksums("", Profile.V3_0, Profile.V3_0.algorithms());

    assertThat(open.ofMeetingCall(get("getMeetings", ""))).isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void hooksOfOldReleasesKnowSha1Only() throws Exception {
    String sha1 = "checksum=" + Caller.hash("SHA-1", "hooks/list" + SECRET);
    String sha256 = "checksum=" + sha256("hooks/list", "");

    assertThat(of(Profile.V2_7).ofHookCall(get("hooks/list", sha1))).isEqualTo(Verdict.VERIFIED);
    assertThat(of(Profile.V2_7).ofHookCall(get("hooks/list", sha256))).isEqualTo(Verdict.WRONG);
    assertThat(of(Profile.V3_0).ofHookCall(get("hooks/list", sha256))).isEqualTo(Verdict.VERIFIED);
  }

  @Test
  void hooksFailOnAChecksumOfUnknownLength() throws Exception {
    ApiRequest request = get("hooks/list", "checksum=abc");

    assertThatThrownBy(() -> checksums.ofHookCall(request))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void internalIdsBeginWithTheHashOfTheMeetingId() {
    assertThat(SimulatedMeeting.hashOf("test01"))
        .isEqualTo("c25a79c57906ba7027b36d380230db92bbc0fd64");
    assertThat(SimulatedMeeting.hashOf("café"))
        .isEqualTo("f424452a9673918c6f09b0cdd35b20be8e6ae7d7");
  }
}
