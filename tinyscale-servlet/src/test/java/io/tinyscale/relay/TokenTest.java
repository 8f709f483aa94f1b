package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

  static Stream<Arguments> vectors() {
    return Stream.of(
        Arguments.of(
            CallbackKind.RECORDING_READY,
            Vectors.SCHOOL,
            Vectors.RECORDING_URL,
            Vectors.SCHOOL_RECORDING),
        Arguments.of(
            CallbackKind.RECORDING_READY,
            Vectors.HOUSE,
            Vectors.RECORDING_URL,
            Vectors.HOUSE_RECORDING),
        Arguments.of(CallbackKind.ENDED, Vectors.SCHOOL, Vectors.ENDED_URL, Vectors.SCHOOL_ENDED),
        Arguments.of(CallbackKind.ENDED, Vectors.HOUSE, Vectors.ENDED_URL, Vectors.HOUSE_ENDED),
        Arguments.of(CallbackKind.WEBHOOK, Vectors.SCHOOL, Vectors.HOOK_URL, Vectors.SCHOOL_HOOK),
        Arguments.of(CallbackKind.WEBHOOK, Vectors.HOUSE, Vectors.HOOK_URL, Vectors.HOUSE_HOOK));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void hasTheBytesOfTheVector(CallbackKind kind, Party tenant, String url, String text) {
    assertThat(new Token(kind, tenant, url).text(Vectors.NONCE)).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void isReadAgain(CallbackKind kind, Party tenant, String url, String text) {
    assertThat(Token.read(text, Vectors.BOTH)).contains(new Token(kind, tenant, url));
  }

  @Test
  void isRefusedWhenAnyCharacterIsAnother() {
    String text = Vectors.HOUSE_ENDED;
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(Token.read(changed, Vectors.BOTH)).as(changed).isEmpty();
    }
  }

  @Test
  void isRefusedAsAnotherKindOrAnotherTenants() {
    assertThat(Token.read("r1" + Vectors.HOUSE_ENDED.substring(2), Vectors.BOTH)).isEmpty();
    assertThat(Token.read("a1" + Vectors.HOUSE_ENDED.substring(2), Vectors.BOTH)).isEmpty();
    assertThat(Token.read(Vectors.HOUSE_ENDED.replace("house", "school-a"), Vectors.BOTH))
        .isEmpty();
    assertThat(Token.read(Vectors.SCHOOL_ENDED, List.of(Vectors.HOUSE))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "....",
        "e1",
        "e1.house",
        "e1.house...",
        "e2.house.a.b.c",
        "x1.house.a.b.c",
        "h1.house.=",
        "h1.house.a",
        "h1.house.YQ==",
        "h1.house.YR",
        "h1.house.YQ.",
        "h1.nobody.YQ",
        "e1.house.AQID.%%.47cRDcHqn2G_wnTmGnNE7g",
        "e1.house.AQID.YQ.é"
      })
  void isRefusedIfItHasAnotherForm(String text) {
    assertThat(Token.read(text, Vectors.BOTH)).isEmpty();
  }

  @Test
  void isRefusedIfItIsTooLong() {
    String longest = Token.ofHook(Vectors.HOUSE, "https://a.example/" + "x".repeat(2_048));
    String tooLong = Token.ofHook(Vectors.HOUSE, "https://a.example/" + "x".repeat(4_096));

    assertThat(Token.read(longest, Vectors.BOTH)).isPresent();
    assertThat(Token.read(tooLong, Vectors.BOTH)).isEmpty();
  }

  @Test
  void holdsWithEverySecretOfTheTenantAndIsMadeWithTheFirst() {
    Secret fresh = Secret.of("fresh-secret-0123456789abcdef");
    Party rotated = new Party("house", "", List.of(fresh, Vectors.HOUSE.signing()));

    assertThat(Token.read(Vectors.HOUSE_ENDED, List.of(rotated))).isPresent();
    String made = new Token(CallbackKind.ENDED, rotated, Vectors.ENDED_URL).text(Vectors.NONCE);
    assertThat(Token.read(made, List.of(Vectors.HOUSE))).isEmpty();
    assertThat(Token.read(made, List.of(new Party("house", "", List.of(fresh))))).isPresent();
  }

  @Test
  void carriesEveryCharacterOfAnUrl() {
    String url = "https://fe.example/ä?x=%C3%A4&y=1#z";
    String text = new Token(CallbackKind.ANALYTICS, Vectors.HOUSE, url).text(Vectors.NONCE);

    assertThat(Token.read(text, Vectors.BOTH)).map(Token::url).contains(url);
    assertThat(text).matches("[A-Za-z0-9._-]+");
  }

  @Test
  void knowsItsMeeting() {
    String text =
        Token.ofEnd(Vectors.HOUSE, Vectors.ENDED_URL, " r\u00e4um\n ").text(Vectors.NONCE);
    Token token = Token.read(text, Vectors.BOTH).orElseThrow();

    assertThat(token.url()).isEqualTo(Vectors.ENDED_URL);
    assertThat(token.isFor("r\u00e4um")).isTrue();
    assertThat(token.isFor("r\u00e4um ")).isFalse();
    assertThat(token.mayBeFor("r\u00e4um ")).isTrue();
    assertThat(token.mayBeFor("raum")).isFalse();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(Token.read(changed, Vectors.BOTH)).as(changed).isEmpty();
    }
  }

  /** Servers hold them as long as they hold the meeting. */
  @Test
  void olderTokensMayBeForAnyMeeting() {
    Token token = Token.read(Vectors.HOUSE_ENDED, Vectors.BOTH).orElseThrow();

    assertThat(token.mayBeFor("room7")).isTrue();
    assertThat(token.isFor("room7")).isFalse();
    assertThat(Token.ofEnd(Vectors.HOUSE, Vectors.ENDED_URL, "").text(Vectors.NONCE))
        .isEqualTo(Vectors.HOUSE_ENDED);
  }

  @Test
  void printsWithoutItsUrl() {
    assertThat(Token.read(Vectors.HOUSE_ENDED, Vectors.BOTH).orElseThrow())
        .hasToString("Token[ended of house]");
  }
}
