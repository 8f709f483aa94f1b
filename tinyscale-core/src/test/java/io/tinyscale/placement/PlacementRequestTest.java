package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.tenant.MeetingId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementRequestTest {

  private static PlacementRequest create(String query) {
    return new PlacementRequest(
        ApiCall.CREATE, new MeetingId("m1"), "front", new QueryString(query));
  }

  @Test
  void readsTheParametersForPolicies() {
    PlacementRequest create =
        create(
            "meta_server-tag=eu%2Cgpu!&meta_bbb-meeting-size-hint=+120+&maxParticipants=200&a=b");

    assertThat(create.tags()).contains("eu,gpu!");
    assertThat(create.sizeHint()).hasValue(120);
    assertThat(create.seats()).hasValue(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"META_Server-Tag=+eu+", "meta_server%2dtag=%20eu%20&meta_server-tag=x"})
  void givesTheTagsAsTheFrontEndWroteThem(String query) {
    assertThat(create(query).tags()).contains(" eu ");
  }

  @Test
  void parametersThatTheCreateOmitsAreAbsent() {
    PlacementRequest create = create("meetingID=m1&meta_server-tag=+");

    assertThat(create.tags()).isEmpty();
    assertThat(create.sizeHint()).isEmpty();
    assertThat(create.seats()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "-1", "1.5", "12345678901", "0x10"})
  void takesNumbersOfDigitsOnly(String number) {
    PlacementRequest create =
        create("meta_bbb-meeting-size-hint=" + number + "&maxParticipants=" + number);

    assertThat(create.sizeHint()).isEmpty();
    assertThat(create.seats()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0300, 300", "10000, 10000", "10001, 0", "000, 0", "1, 1"})
  void takesASizeHintLikeTheListOfAServer(String hint, int taken) {
    assertThat(create("meta_bbb-meeting-size-hint=" + hint).sizeHint().orElse(0)).isEqualTo(taken);
    assertThat(HeldMeeting.sizeHint(hint)).isEqualTo(taken);
  }

  @Test
  void zeroParticipantsMeansNoBound() {
    assertThat(create("maxParticipants=0").seats()).isEmpty();
  }

  @Test
  void printsNoParameter() {
    assertThat(create("meetingID=m1&moderatorPW=sesame")).asString().doesNotContain("sesame");
  }

  @Test
  void printsTheCallTheMeetingAndTheTenant() {
    assertThat(create("meetingID=m1")).hasToString("PlacementRequest[create m1 of front]");
  }

  @Test
  void takesNumbersOfUpToNineDigits() {
    assertThat(create("maxParticipants=123456789").seats()).hasValue(123_456_789);
    assertThat(create("maxParticipants=1234567890").seats()).isEmpty();
  }
}
