package io.tinyscale.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {

  private static final Secret SECRET = Secret.of("front");
  private static final Secret OTHER = Secret.of("other");
  private static final Tenant MOODLE = new Tenant("moodle", List.of(SECRET));
  private static final Tenant GREENLIGHT =
      new Tenant("greenlight", List.of(Secret.of("old"), Secret.of("new")));
  private static final Set<ChecksumAlgorithm> ALL = EnumSet.allOf(ChecksumAlgorithm.class);
  private static final Authenticator AUTHENTICATOR =
      new Authenticator(List.of(MOODLE, GREENLIGHT), ALL);

  private static String sum(ApiCall call, String query, Secret secret) {
    return Checksum.of(ChecksumAlgorithm.SHA256, call, new QueryString(query), secret);
  }

  private static String sum(ApiCall call, String query) {
    return sum(call, query, SECRET);
  }

  private static Verdict authenticate(ApiCall call, String url, String form) {
    return AUTHENTICATOR.authenticate(call, new QueryString(url), new QueryString(form));
  }

  private static void assertAccepted(Verdict verdict, String parameters) {
    assertThat(verdict).isEqualTo(new Verdict.Accepted(MOODLE, new QueryString(parameters)));
  }

  private static void assertRefused(Verdict verdict) {
    assertThat(verdict).isEqualTo(new Verdict.Rejected(ApiError.CHECKSUM_WRONG));
  }

  @Test
  void takesTheChecksumFromAnyPlaceInTheUrl() {
    String query = "meetingID=m&password=mp";
    String checksum = "checksum=" + sum(ApiCall.END, query);

    assertAccepted(authenticate(ApiCall.END, checksum + "&" + query, ""), query);
    assertAccepted(authenticate(ApiCall.END, query + "&" + checksum, ""), query);
    assertAccepted(
        authenticate(ApiCall.END, "meetingID=m&" + checksum + "&password=mp", ""), query);
  }

  @ParameterizedTest
  @ValueSource(strings = {"checksum=", "&checksum="})
  void takesAnEmptyQuery(String prefix) {
    assertAccepted(
        authenticate(ApiCall.GET_MEETINGS, prefix + sum(ApiCall.GET_MEETINGS, ""), ""), "");
  }

  @Test
  void hashesTheLeftOverAmpersand() {
    String checksum = sum(ApiCall.IS_MEETING_RUNNING, "meetingID=m&");

    assertAccepted(
        authenticate(ApiCall.IS_MEETING_RUNNING, "meetingID=m&checksum=" + checksum + "&", ""),
        "meetingID=m&");
  }

  @Test
  void ignoresParametersWithASimilarName() {
    String query = "xchecksum=1&meetingID=m";
    String checksum = sum(ApiCall.END, query);

    assertAccepted(authenticate(ApiCall.END, query + "&checksum=" + checksum, ""), query);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "meetingID=m", "xchecksum=1"})
  void refusesACallWithoutChecksum(String query) {
    assertThat(authenticate(ApiCall.END, query, ""))
        .isEqualTo(new Verdict.Rejected(ApiError.CHECKSUM_MISSING));
    assertThat(authenticate(ApiCall.END, "", query))
        .isEqualTo(new Verdict.Rejected(ApiError.CHECKSUM_MISSING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"checksum", "checksum=", "checksum=x", "checksum=%20", "checksum=0000"})
  void refusesAnEmptyOrForeignChecksum(String checksum) {
    assertRefused(authenticate(ApiCall.END, "meetingID=m&" + checksum, ""));
  }

  @Test
  void refusesTwoChecksumsEvenIfTheyAreEqual() {
    String good = sum(ApiCall.END, "meetingID=m");
    String bad = "0".repeat(64);

    for (String second : List.of(good, bad)) {
      assertRefused(
          authenticate(ApiCall.END, "meetingID=m&checksum=" + good + "&checksum=" + second, ""));
      assertRefused(
          authenticate(ApiCall.END, "checksum=" + second + "&meetingID=m&checksum=" + good, ""));
      assertRefused(
          authenticate(ApiCall.END, "meetingID=m&checksum=" + good, "checksum=" + second));
      assertRefused(
          authenticate(ApiCall.END, "meetingID=m&checksum=" + good + "&%63hecksum=" + second, ""));
    }
    assertRefused(
        authenticate(
            ApiCall.END,
            "",
            "checksum=%s&checksum=%s&meetingID=m"
                .formatted(sum(ApiCall.END, ""), sum(ApiCall.END, ""))));
  }

  @Test
  void refusesAQueryThatWasChanged() {
    String checksum = sum(ApiCall.CREATE, "meetingID=caf%c3%a9&name=a+b");

    for (String changed :
        List.of(
            "meetingID=caf%C3%A9&name=a+b",
            "meetingID=caf%c3%a9&name=a%20b",
            "name=a+b&meetingID=caf%c3%a9",
            "meetingID=caf%c3%a9&name=a+b&record=true",
            "meetingID=caf%c3%a9")) {
      assertRefused(authenticate(ApiCall.CREATE, changed + "&checksum=" + checksum, ""));
    }
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void takesOnlyAcceptedAlgorithms(ChecksumAlgorithm algorithm) {
    QueryString query = new QueryString("meetingID=m");
    QueryString signed = query.with("checksum", Checksum.of(algorithm, ApiCall.END, query, SECRET));
    Authenticator strict = new Authenticator(List.of(MOODLE), Set.of(ChecksumAlgorithm.SHA512));

    Verdict verdict = strict.authenticate(ApiCall.END, signed, QueryString.EMPTY);

    assertThat(verdict instanceof Verdict.Accepted)
        .isEqualTo(algorithm == ChecksumAlgorithm.SHA512);
    assertAccepted(authenticate(ApiCall.END, signed.raw(), ""), "meetingID=m");
  }

  @Test
  void findsTheTenantByAnyOfItsSecrets() {
    for (String secret : List.of("old", "new")) {
      String checksum = sum(ApiCall.END, "meetingID=m", Secret.of(secret));

      assertThat(authenticate(ApiCall.END, "meetingID=m&checksum=" + checksum, ""))
          .isEqualTo(new Verdict.Accepted(GREENLIGHT, new QueryString("meetingID=m")));
    }
    assertRefused(
        authenticate(
            ApiCall.END, "meetingID=m&checksum=" + sum(ApiCall.END, "meetingID=m", OTHER), ""));
  }

  // Forms, by the rows of the reference.

  @Test
  void aFormWithTheChecksumAloneInTheUrlIsHashedAsEmpty() {
    String form = "meetingID=m&password=mp";

    assertAccepted(authenticate(ApiCall.END, "checksum=" + sum(ApiCall.END, ""), form), form);
    assertAccepted(authenticate(ApiCall.END, "&checksum=" + sum(ApiCall.END, ""), form), form);
  }

  @Test
  void aFormWithEverythingInTheBodyIsHashedAsEmptySince30() {
    String checksum = "checksum=" + sum(ApiCall.END, "");

    assertAccepted(
        authenticate(ApiCall.END, "", "password=mp&" + checksum + "&meetingID=m"),
        "password=mp&meetingID=m");
  }

  @Test
  void aFormWithEverythingInTheBodyIsSortedUpTo27() {
    String checksum = "checksum=" + sum(ApiCall.CREATE, "meetingID=m&name=Z%C3%BCrich+%26+Co");

    assertAccepted(
        authenticate(ApiCall.CREATE, "", "name=Z%c3%bcrich%20%26%20Co&meetingID=m&" + checksum),
        "name=Z%c3%bcrich%20%26%20Co&meetingID=m");
  }

  @Test
  void aChecksumInTheBodyMayCoverTheUrl() {
    String checksum = "checksum=" + sum(ApiCall.END, "meetingID=m");

    assertAccepted(authenticate(ApiCall.END, "meetingID=m", checksum), "meetingID=m");
  }

  @Test
  void aBodyBesideParametersInTheUrlHasNoEffect() {
    String url = "meetingID=m&checksum=" + sum(ApiCall.END, "meetingID=m");

    assertAccepted(authenticate(ApiCall.END, url, "meetingID=other&password=x"), "meetingID=m");
    assertAccepted(
        authenticate(
            ApiCall.END,
            "meetingID=m",
            "meetingID=other&checksum=" + sum(ApiCall.END, "meetingID=m")),
        "meetingID=m");
  }

  @Test
  void aBodyBesideUrlParametersProvesNothing() {
    assertRefused(
        authenticate(
            ApiCall.END, "a=1&checksum=" + sum(ApiCall.END, "meetingID=m"), "meetingID=m"));
    assertRefused(authenticate(ApiCall.END, "a=1&checksum=" + sum(ApiCall.END, ""), "meetingID=m"));
    assertRefused(authenticate(ApiCall.END, "&&checksum=" + sum(ApiCall.END, ""), "meetingID=m"));
  }

  @Test
  void joinRefusesABodyThatTheChecksumDoesNotCover() {
    String form = "fullName=Ann&meetingID=m&role=MODERATOR";

    assertRefused(authenticate(ApiCall.JOIN, "checksum=" + sum(ApiCall.JOIN, ""), form));
    assertRefused(authenticate(ApiCall.JOIN, "", form + "&checksum=" + sum(ApiCall.JOIN, "")));
    assertAccepted(
        authenticate(ApiCall.JOIN, "", form + "&checksum=" + sum(ApiCall.JOIN, form)), form);
  }

  @Test
  void aFormCannotChangeASignedJoin() {
    String signed = "fullName=Ann&guest=true&meetingID=m&role=VIEWER";
    String checksum = "checksum=" + sum(ApiCall.JOIN, signed);

    assertRefused(
        authenticate(
            ApiCall.JOIN, "", "fullName=Ann&guest%3Dtrue%26meetingID=m&role=VIEWER&" + checksum));
    assertAccepted(
        authenticate(ApiCall.JOIN, signed + "&" + checksum, "role=MODERATOR&guest=false"), signed);
  }

  @Test
  void aTenantHasASecret() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Tenant("moodle", List.of()));
  }

  @Test
  void refusesEveryCallWithoutTenants() {
    Authenticator nobody = new Authenticator(List.of(), ALL);

    Verdict verdict =
        nobody.authenticate(
            ApiCall.END, new QueryString("checksum=" + sum(ApiCall.END, "")), QueryString.EMPTY);

    assertRefused(verdict);
  }

  // Bodies that no checksum covers, where they are refused.

  private static Verdict strictly(ApiCall call, String url, String form, boolean otherBody) {
    return new Authenticator(List.of(MOODLE), ALL, UnsignedBodies.REFUSE)
        .authenticate(call, new QueryString(url), new QueryString(form), otherBody);
  }

  @Test
  void refusesABodyThatTheChecksumDoesNotCover() {
    Verdict refused = new Verdict.Rejected(ApiError.BODY_UNSIGNED);
    String slides = "meetingID=m&checksum=" + sum(ApiCall.CREATE, "meetingID=m");
    String empty = "checksum=" + sum(ApiCall.END, "");
    String url = "meetingID=m&checksum=" + sum(ApiCall.END, "meetingID=m");

    assertThat(strictly(ApiCall.CREATE, slides, "", true)).isEqualTo(refused);
    assertThat(strictly(ApiCall.END, empty, "", true)).isEqualTo(refused);
    assertThat(strictly(ApiCall.END, empty, "meetingID=m", false)).isEqualTo(refused);
    assertThat(strictly(ApiCall.END, "", "meetingID=m&" + empty, false)).isEqualTo(refused);
    assertThat(strictly(ApiCall.END, url, "meetingID=other", false)).isEqualTo(refused);
  }

  @Test
  void takesABodyThatTheChecksumCovers() {
    String checksum = "checksum=" + sum(ApiCall.END, "meetingID=m&password=mp");

    assertAccepted(
        strictly(ApiCall.END, "", "password=mp&meetingID=m&" + checksum, false),
        "password=mp&meetingID=m");
    assertAccepted(
        strictly(ApiCall.END, checksum, "password=mp&meetingID=m", false),
        "password=mp&meetingID=m");
    assertAccepted(
        strictly(ApiCall.END, "meetingID=m&password=mp&" + checksum, "", false),
        "meetingID=m&password=mp");
  }

  @Test
  void aForgedCallIsNotToldThatItsBodyIsUncovered() {
    assertRefused(strictly(ApiCall.CREATE, "meetingID=m&checksum=" + "0".repeat(40), "", true));
  }

  @Test
  void anAcceptedCallPrintsNothingSecret() {
    String url = "password=sesame&checksum=" + sum(ApiCall.END, "password=sesame");

    assertThat(authenticate(ApiCall.END, url, "").toString())
        .contains("moodle")
        .doesNotContain("sesame", "front");
  }
}
