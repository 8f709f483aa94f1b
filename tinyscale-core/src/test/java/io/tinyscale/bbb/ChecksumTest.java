package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {

  private static final Secret SECRET = Secret.of("639259d4-9dd8-4b25-bf01-95f9567eaf4b");
  private static final Set<ChecksumAlgorithm> ALL = EnumSet.allOf(ChecksumAlgorithm.class);
  private static final QueryString V11 = new QueryString("meetingID=test01&password=mp");
  private static final String V11_SHA1 = "b0d70d9a5e879889a216d7b2248ef593958b7a23";

  static Stream<Arguments> vectors() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    ChecksumTest.class.getResourceAsStream("checksum-vectors.txt")),
                StandardCharsets.UTF_8))) {
      List<String> all = lines.lines().filter(line -> !line.startsWith("#")).toList();
      return all.stream()
          .map(line -> line.split(" ", 5))
          .map(v -> Arguments.of(v[0], v[1], v[2], v[3], v.length < 5 ? "" : v[4]));
    }
  }

  @Test
  void everyVectorIsThere() throws IOException {
    assertThat(vectors().map(vector -> vector.get()[0]).distinct()).hasSize(14);
    assertThat(vectors()).hasSizeGreaterThan(14);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("vectors")
  void signsAsServersDo(String name, String algorithm, String call, String checksum, String query) {
    String signed =
        Checksum.of(
            ChecksumAlgorithm.named(algorithm).orElseThrow(),
            ApiCall.named(call),
            new QueryString(query),
            SECRET);

    assertThat(signed).isEqualTo(checksum);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("vectors")
  void verifiesInAnyCase(
      String name, String algorithm, String call, String checksum, String query) {
    ApiCall asked = ApiCall.named(call);
    QueryString covered = new QueryString(query);

    assertThat(Checksum.holds(checksum, asked, covered, SECRET, ALL)).isTrue();
    assertThat(Checksum.holds(checksum.toUpperCase(Locale.ROOT), asked, covered, SECRET, ALL))
        .isTrue();
  }

  @Test
  void verifiesOnlyItsOwnQuery() {
    QueryString plus = new QueryString("name=Test+Meeting");
    QueryString escape = new QueryString("name=Test%20Meeting");
    String checksum = Checksum.of(ChecksumAlgorithm.SHA1, ApiCall.CREATE, plus, SECRET);

    assertThat(Checksum.holds(checksum, ApiCall.CREATE, plus, SECRET, ALL)).isTrue();
    assertThat(Checksum.holds(checksum, ApiCall.CREATE, escape, SECRET, ALL)).isFalse();
    assertThat(Checksum.holds(checksum, ApiCall.JOIN, plus, SECRET, ALL)).isFalse();
    assertThat(Checksum.holds(checksum, ApiCall.CREATE, plus, Secret.of("other"), ALL)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 39, 41, 63, 65, 95, 97, 127, 129, 1000})
  void refusesOtherLengths(int digits) {
    assertThat(Checksum.holds("a".repeat(digits), ApiCall.END, V11, SECRET, ALL)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b0d70d9a5e879889a216d7b2248ef593958b7a2g",
        " 0d70d9a5e879889a216d7b2248ef593958b7a23",
        "b0d70d9a5e879889a216d7b2248ef593958b7a2\u0130",
        "\uD83D\uDE00d70d9a5e879889a216d7b2248ef593958b7a23",
        "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000"
            + "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000"
            + "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000"
      })
  void refusesCharactersThatAreNotHex(String given) {
    assertThat(given).hasSize(40);
    assertThat(Checksum.holds(given, ApiCall.END, V11, SECRET, ALL)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void refusesAnAlgorithmThatIsNotAccepted(ChecksumAlgorithm algorithm) {
    String checksum = Checksum.of(algorithm, ApiCall.END, V11, SECRET);
    Set<ChecksumAlgorithm> others = EnumSet.complementOf(EnumSet.of(algorithm));

    assertThat(Checksum.holds(checksum, ApiCall.END, V11, SECRET, Set.of(algorithm))).isTrue();
    assertThat(Checksum.holds(checksum, ApiCall.END, V11, SECRET, others)).isFalse();
  }

  @ParameterizedTest(name = "at {0}")
  @ValueSource(ints = {0, 1, 20, 38, 39})
  void refusesOneWrongDigitAnywhere(int position) {
    char other = V11_SHA1.charAt(position) == '0' ? '1' : '0';
    String wrong = V11_SHA1.substring(0, position) + other + V11_SHA1.substring(position + 1);

    assertThat(Checksum.holds(wrong, ApiCall.END, V11, SECRET, ALL)).isFalse();
  }

  static LongStream seeds() {
    return RandomQueries.seeds();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void verifiesWhatItSigned(long seed) {
    Random random = new Random(seed);
    QueryString query = new QueryString(RandomQueries.query(random));
    ChecksumAlgorithm algorithm = ChecksumAlgorithm.values()[random.nextInt(4)];
    String checksum = Checksum.of(algorithm, ApiCall.CREATE, query, SECRET);

    assertThat(Checksum.holds(checksum, ApiCall.CREATE, query, SECRET, ALL)).isTrue();
    assertThat(Checksum.holds(checksum, ApiCall.CREATE, query.with("a", "1"), SECRET, ALL))
        .isFalse();
  }
}
