package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTest {

  private static final List<Secret> SERVERS =
      List.of(Secret.of("another-server-s-secret"), Vectors.SERVER);

  static Stream<Arguments> recordings() {
    return Stream.of(
        Arguments.of(Vectors.SCHOOL, Vectors.SCHOOL_RECORDING_IN, Vectors.SCHOOL_RECORDING_OUT),
        Arguments.of(Vectors.HOUSE, Vectors.HOUSE_RECORDING_IN, Vectors.HOUSE_RECORDING_OUT));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void signsARecordingAnewWithTheBytesOfTheVector(Party tenant, String in, String out) {
    Jwt jwt = Jwt.verified(in, SERVERS).orElseThrow();
    JsonText claims = JsonText.of(utf8(jwt.claims()), "meeting_id").orElseThrow();
    byte[] own =
        claims.with("meeting_id", tenant.ownId(claims.string("meeting_id").get()).orElseThrow());

    Jwt anew = new Jwt(jwt.algorithm(), new String(own, StandardCharsets.UTF_8));

    assertThat(anew.signed(false, tenant.signing())).isEqualTo(out);
  }

  static Stream<Arguments> analytics() {
    return Stream.of(
        Arguments.of(Vectors.SCHOOL, Vectors.SCHOOL_ANALYTICS_OUT),
        Arguments.of(Vectors.HOUSE, Vectors.HOUSE_ANALYTICS_OUT));
  }

  @ParameterizedTest
  @MethodSource("analytics")
  void signsAnalyticsAnewWithTheBytesOfTheVector(Party tenant, String out) {
    Jwt jwt = Jwt.verified(Vectors.ANALYTICS_IN, SERVERS).orElseThrow();

    assertThat(jwt.algorithm()).isEqualTo("HS512");
    assertThat(jwt.claims()).isEqualTo("{\"exp\":" + Vectors.EXPIRY + "}");
    assertThat(jwt.signed(true, tenant.signing())).isEqualTo(out);
  }

  @Test
  void holdsWithASecretOfAnyLength() {
    Secret one = Secret.of("x");

    String token = new Jwt("HS512", "{}").signed(false, one);

    assertThat(Jwt.verified(token, List.of(one))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "HS384", "HS512"})
  void holdsWithEverySymmetricAlgorithm(String algorithm) throws Exception {
    String token = byHand("{\"alg\":\"" + algorithm + "\"}", "{}", algorithm);

    assertThat(Jwt.verified(token, SERVERS)).map(Jwt::algorithm).contains(algorithm);
  }

  @Test
  void failsWithASecretOfNobody() {
    assertThat(Jwt.verified(Vectors.HOUSE_RECORDING_OUT, SERVERS)).isEmpty();
    assertThat(Jwt.verified(Vectors.HOUSE_RECORDING_IN, List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"none", "None", "NONE", "nOnE", "RS256", "ES256", "PS256", "EdDSA", "HS1"})
  void failsWithAnyOtherAlgorithm(String algorithm) throws Exception {
    String header = "{\"alg\":\"" + algorithm + "\"}";

    assertThat(Jwt.verified(byHand(header, "{}", "HS256"), SERVERS)).isEmpty();
    assertThat(Jwt.verified(base64(header) + "." + base64("{}") + ".", SERVERS)).isEmpty();
  }

  @Test
  void failsIfTheHeaderNamesAnotherAlgorithmThanWasUsed() throws Exception {
    assertThat(Jwt.verified(byHand("{\"alg\":\"HS512\"}", "{}", "HS256"), SERVERS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a.b.c",
        "a.b",
        "a.b.c.d",
        "a.b.c.d.e",
        "eyJhbGciOiJIUzI1NiJ9",
        "{}",
        "e30.e30.e30"
      })
  void failsIfItIsNoToken(String text) {
    assertThat(Jwt.verified(text, SERVERS)).isEmpty();
  }

  @Test
  void failsIfTheClaimsWereChanged() {
    String[] parts = Vectors.HOUSE_RECORDING_IN.split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    String changed = base64(claims.replace("room7", "room8"));

    assertThat(Jwt.verified(parts[0] + "." + changed + "." + parts[2], SERVERS)).isEmpty();
  }

  @Test
  void printsWithoutItsClaims() {
    assertThat(Jwt.verified(Vectors.HOUSE_RECORDING_IN, SERVERS).orElseThrow())
        .hasToString("Jwt[HS256]");
  }

  /** A token made without the library, signed by the server. */
  private static String byHand(String header, String claims, String algorithm) throws Exception {
    String signed = base64(header) + "." + base64(claims);
    Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
    mac.init(Vectors.SERVER.key());
    byte[] signature = mac.doFinal(utf8(signed));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(utf8(text));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
