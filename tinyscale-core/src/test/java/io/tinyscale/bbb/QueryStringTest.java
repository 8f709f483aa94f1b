package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {

  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        "a=1&checksum=V, a=1",
        "checksum=V&a=1, a=1",
        "a=1&checksum=V&b=2, a=1&b=2",
        "checksum=V, ''",
        "&checksum=V, ''",
        "a=1&&checksum=V, a=1&",
        "a=1&checksum=V&, a=1&",
        "checksum=V&, ''",
        "checksum=V&&a=1, &a=1",
        "&checksum=V&a=1, &a=1",
        "&a=1&checksum=V, &a=1",
        "checksum, ''",
        "a=1&checksum, a=1",
        "checksum=&a=1, a=1",
        "checksum=a=b&a=1, a=1",
        "a=1&xchecksum=V&checksum=V, a=1&xchecksum=V",
        "a=1&checksumx=V, a=1&checksumx=V",
        "a=checksum=V, a=checksum=V",
        "a=1&Checksum=V, a=1&Checksum=V",
        "a=1&%63hecksum=V&b=2, a=1&b=2",
        "a=1&checksum+=V&b=2, a=1&b=2",
        "checksum=V&checksum=W, ''",
        "a=1&checksum=V&checksum=W&b=2, a=1&b=2",
        "checksum=V&a=1&checksum=W, a=1",
        "&checksum=V&checksum=W, ''"
      })
  void cutsTheChecksumAsServersDo(String query, String rest) {
    assertThat(new QueryString(query).without("checksum").raw()).isEqualTo(rest);
  }

  static LongStream seeds() {
    return RandomQueries.seeds();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void cuttingTheChecksumLeavesTheRestByteForByte(long seed) {
    String query = RandomQueries.query(new Random(seed));
    String[] parameters = query.split("&", -1);

    for (int position = 0; position <= parameters.length; position++) {
      String before =
          IntStream.range(0, position)
              .mapToObj(i -> parameters[i])
              .collect(Collectors.joining("&"));
      String after =
          IntStream.range(position, parameters.length)
              .mapToObj(i -> "&" + parameters[i])
              .collect(Collectors.joining());
      String given = position == 0 ? "checksum=V" + after : before + "&checksum=V" + after;

      assertThat(new QueryString(given).without("checksum").raw()).as(given).isEqualTo(query);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void removesAnAppendedParameter(long seed) {
    QueryString query = new QueryString(RandomQueries.query(new Random(seed)));

    QueryString signed = query.with("checksum", "V");

    assertThat(signed.first("checksum")).contains("V");
    assertThat(signed.without("checksum")).isEqualTo(query);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void readsAnyQueryWithoutFailing(long seed) {
    QueryString query = new QueryString(RandomQueries.query(new Random(seed)));

    assertThat(query.all("meetingID").stream().findFirst()).isEqualTo(query.first("meetingID"));
    assertThat(query.isPrintableAscii()).isTrue();
    assertThat(query.sortedForm().isPrintableAscii() || query.raw().contains("%00")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "a+b, a b",
        "a%20b, a b",
        "a%2Fb, a/b",
        "a%2fb, a/b",
        "caf%c3%a9, café",
        "caf%C3%A9, café",
        "%F0%9F%98%80, 😀",
        "a%26b%3Dc, a&b=c",
        "a=b, a=b",
        "100%, 100%",
        "%4, %4",
        "%zz, %zz",
        "%2, %2",
        "%%20, `% `",
        "a/b?c:d@e!~, a/b?c:d@e!~"
      })
  void decodesAValue(String raw, String value) {
    assertThat(new QueryString("x=1&v=" + raw + "&y=2").first("v")).contains(value);
  }

  @Test
  void replacesBytesThatAreNoUtf8() {
    assertThat(new QueryString("v=%E9").first("v")).contains("\uFFFD");
  }

  @Test
  void readsTheFirstOfRepeatedParameters() {
    QueryString query = new QueryString("recordID=b&x=1&recordID=a&recordID");

    assertThat(query.first("recordID")).contains("b");
    assertThat(query.all("recordID")).containsExactly("b", "a", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v", "v=", "x&v", "&v&", "&&v=", "v=&v=1"})
  void readsAParameterWithoutAValueAsEmpty(String query) {
    assertThat(new QueryString(query).first("v")).contains("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&", "&&", "=", "=v", "x=v", "V=1", "vv=1", "xv=1", "x=1;v=2"})
  void findsNothingUnderAnotherName(String query) {
    assertThat(new QueryString(query).first("v")).isEmpty();
    assertThat(new QueryString(query).all("v")).isEmpty();
    assertThat(new QueryString(query).without("v").raw()).isEqualTo(query);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%63hecksum=V", "check%73um=V", "+checksum=V", "checksum%20=V", "checksum%00=V"})
  void readsAnEncodedNameAsServersDo(String query) {
    assertThat(new QueryString(query).first("checksum")).contains("V");
    assertThat(new QueryString("a=1&" + query).without("checksum").raw()).isEqualTo("a=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meta_a-b=x",
        "a=1&META_A-B=x&meta_a-b=y",
        "meta_a=1&meta_a-bc=2&meta_a%2DB=%78",
        "+Meta_a-b+=x"
      })
  void readsMetadataInAnyCaseOfLetters(String query) {
    assertThat(new QueryString(query).metadata("meta_a-b")).contains("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a-b=x", "meta_a-=x", "meta_a-bc=x", "xmeta_a-b=x", "meta_a%2Dc=x"})
  void findsNoMetadataUnderAnotherName(String query) {
    assertThat(new QueryString(query).metadata("meta_a-b")).isEmpty();
  }

  @Test
  void appendsNameAndValueAsTheyAre() {
    assertThat(QueryString.EMPTY.with("a", "1").raw()).isEqualTo("a=1");
    assertThat(new QueryString("&").with("a", "%2f+").raw()).isEqualTo("&&a=%2f+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=é", "a=\u007f", "a= b", "a=\r\nb", "a=\u0000", "a=\t"})
  void findsCharactersThatNoUrlCanHold(String query) {
    assertThat(new QueryString(query).isPrintableAscii()).isFalse();
  }

  @Test
  void hashesTheBytesAsTheyStand() {
    assertThat(new QueryString("a=%c3%a9+\"|{").bytes()).asString().isEqualTo("a=%c3%a9+\"|{");
  }

  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        "password=mp&meetingID=test01, meetingID=test01&password=mp",
        "b=1&a=2&b=0&checksum=V, a=2&b=1&b=0",
        "name=Z%c3%bcrich%20%26+Co&meetingID=x, meetingID=x&name=Z%C3%BCrich+%26+Co",
        "v=a*b-c_d.e~f, v=a*b-c_d.e%7Ef",
        "a, a=",
        "&&a=1&&, a=1",
        "checksum=V, ''"
      })
  void sortsAFormAsServersUpTo27Do(String form, String sorted) {
    assertThat(new QueryString(form).sortedForm().raw()).isEqualTo(sorted);
  }

  @Test
  void keepsNamesApartInTheSortedForm() {
    QueryString plain = new QueryString("a=1&b=2");
    QueryString disguised = new QueryString("a%3D1%26b=2");

    assertThat(disguised.first("b")).isEmpty();
    assertThat(disguised.sortedForm()).isNotEqualTo(plain.sortedForm());
  }

  @ParameterizedTest
  @ValueSource(strings = {"&", "a&", "=&", "%61&", "+&"})
  void readsALongQueryInNoTime(String repeated) {
    QueryString query = new QueryString(repeated.repeat((1 << 20) / repeated.length()));

    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          query.first("checksum");
          query.without("checksum");
          query.sortedForm();
        });
  }

  @Test
  void sortsAFormOfManyNamesInNoTime() {
    String form =
        IntStream.range(0, 12_000)
            .mapToObj(i -> Integer.toString(i, 36))
            .collect(Collectors.joining("&"));

    String sorted =
        assertTimeoutPreemptively(
            Duration.ofSeconds(5), () -> new QueryString(form).sortedForm().raw());

    assertThat(sorted).startsWith("0=&1=&10=&").hasSize(form.length() + 12_000);
  }

  @Test
  void printsNoParameter() {
    assertThat(new QueryString("password=mp")).hasToString("QueryString[11 characters]");
  }

  // Other values.

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anEditThatKeepsEveryValueChangesNoByte(long seed) {
    QueryString query = new QueryString(RandomQueries.query(new Random(seed)));

    assertThat(query.edited(name -> true, (name, value) -> Optional.of(value))).isSameAs(query);
    assertThat(query.edited(name -> false, (name, value) -> Optional.empty())).isSameAs(query);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anEditThatCutsAParameterIsTheQueryWithoutIt(long seed) {
    String query = RandomQueries.query(new Random(seed));
    for (String name : List.of("name", "meetingID", "a", "")) {
      assertThat(
              new QueryString(query).edited(name::equals, (given, value) -> Optional.empty()).raw())
          .isEqualTo(new QueryString(query).without(name).raw());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anotherValueStandsWhereTheOldValueStood(long seed) {
    Random random = new Random(seed);
    String before = RandomQueries.query(random);
    String behind = RandomQueries.query(random);
    QueryString query = new QueryString(before + "&x%2Dy=old%20one&" + behind);

    QueryString edited =
        query.edited("x-y"::equals, (name, value) -> Optional.of(name + "&" + value + "é"));

    assertThat(edited.raw()).isEqualTo(before + "&x%2Dy=x-y%26old+one%C3%A9&" + behind);
  }

  @ParameterizedTest
  @CsvSource({
    "x, x=1",
    "x=, x=1",
    "x=a=b&y, x=1&y",
    "x&x=2&y, x=1&x=1&y",
    "y&x, y&x=1",
    "&&x=&&, &&x=1&&"
  })
  void everyOccurrenceGetsItsValue(String query, String expected) {
    assertThat(new QueryString(query).edited("x"::equals, (name, value) -> Optional.of("1")).raw())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "x=cut&x=b&y=1, x=1&y=1",
    "x=b&x=cut&y=1, x=1&y=1",
    "x=cut&y=1&x=b, y=1&x=1",
    "y=1&x=b&x=cut&x=cut, y=1&x=1",
    "x=cut&x=cut, ''"
  })
  void someOccurrencesAreCutAndOthersGetAnotherValue(String query, String expected) {
    assertThat(
            new QueryString(query)
                .edited(
                    "x"::equals,
                    (name, value) -> value.equals("cut") ? Optional.empty() : Optional.of("1"))
                .raw())
        .isEqualTo(expected);
  }
}
