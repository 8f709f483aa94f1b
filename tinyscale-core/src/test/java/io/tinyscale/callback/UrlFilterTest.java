package io.tinyscale.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.CallbackKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The URLs of a relay in documents that come in any pieces. */
class UrlFilterTest {

  private static final String URL = "https://a.example.org/x?y=1&z='2'";
  private static final String ESCAPED = "https://a.example.org/x?y=1&amp;z=&#39;2&#39;";
  private static final String RELAYED =
      FakeRelay.callbackUrl("house", CallbackKind.RECORDING_READY, 7, URL);
  private static final Literal PREFIX = new Literal(FakeRelay.PREFIX);

  private static UrlFilter filter() {
    return new UrlFilter(PREFIX, new FakeRelay()::originalCallback);
  }

  /** A document cut at these places, ascending. */
  private static String filtered(String document, int... cuts) {
    byte[] bytes = document.getBytes(UTF_8);
    UrlFilter filter = filter();
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    int from = 0;
    for (int cut : cuts) {
      add(passed, filter.next(bytes, from, cut));
      from = cut;
    }
    add(passed, filter.last(bytes, from, bytes.length));
    return passed.toString(UTF_8);
  }

  private static void add(ByteArrayOutputStream to, ByteBuffer piece) {
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    to.writeBytes(bytes);
  }

  private static String inSingleBytes(String document) {
    return filtered(document, IntStream.range(1, document.getBytes(UTF_8).length).toArray());
  }

  /** Documents with what they become. */
  static Stream<String[]> documents() {
    String longest = "x".repeat(CallbackRelay.LONGEST_TOKEN);
    return Stream.of(
        new String[] {"", ""},
        new String[] {RELAYED, ESCAPED},
        new String[] {"<u>" + RELAYED + "</u>", "<u>" + ESCAPED + "</u>"},
        new String[] {"<u>\n  " + RELAYED + "\n</u>", "<u>\n  " + ESCAPED + "\n</u>"},
        new String[] {RELAYED + " " + RELAYED, ESCAPED + " " + ESCAPED},
        new String[] {
          "<![CDATA[" + RELAYED + "]]>é<![CDATA[ " + RELAYED,
          "<![CDATA[" + URL + "]]>é<![CDATA[ " + URL
        },
        new String[] {"<![CDATA[\n\t  " + RELAYED, "<![CDATA[\n\t  " + URL},
        new String[] {"<![CDATA [" + RELAYED, "<![CDATA [" + ESCAPED},
        new String[] {"![CDATA[" + RELAYED, "![CDATA[" + ESCAPED},
        new String[] {"  " + RELAYED, "  " + ESCAPED},
        new String[] {
          FakeRelay.PREFIX.substring(0, 30) + RELAYED, FakeRelay.PREFIX.substring(0, 30) + ESCAPED
        },
        new String[] {FakeRelay.PREFIX + RELAYED, FakeRelay.PREFIX + ESCAPED},
        new String[] {
          FakeRelay.PREFIX + longest + " " + RELAYED, FakeRelay.PREFIX + longest + " " + ESCAPED
        },
        // What is longer than any token is none, wherever it begins.
        new String[] {FakeRelay.PREFIX + longest + "x", FakeRelay.PREFIX + longest + "x"},
        new String[] {RELAYED + longest, RELAYED + longest},
        // Of somebody else, or of a webhook.
        new String[] {
          FakeRelay.callbackUrl("school", CallbackKind.ENDED, 1, URL),
          FakeRelay.callbackUrl("school", CallbackKind.ENDED, 1, URL)
        },
        new String[] {FakeRelay.hookUrl("house", URL), FakeRelay.hookUrl("house", URL)},
        new String[] {FakeRelay.PREFIX, FakeRelay.PREFIX},
        new String[] {
          FakeRelay.PREFIX.substring(0, FakeRelay.PREFIX.length() - 1),
          FakeRelay.PREFIX.substring(0, FakeRelay.PREFIX.length() - 1)
        });
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("documents")
  void everySplitOfADocumentGivesTheSame(String document, String expected) {
    int length = document.getBytes(UTF_8).length;

    assertThat(filtered(document)).isEqualTo(expected);
    assertThat(inSingleBytes(document)).isEqualTo(expected);
    for (int cut = 0; cut <= length; cut++) {
      assertThat(filtered(document, cut)).as("cut at %s", cut).isEqualTo(expected);
    }
  }

  @Test
  void fourThousandTextsCutAtRandomPlaces() {
    Random random = new Random(20261126);
    for (int round = 0; round < 4_000; round++) {
      StringBuilder document = new StringBuilder();
      StringBuilder expected = new StringBuilder();
      for (int part = random.nextInt(12); part > 0; part--) {
        add(random, document, expected);
      }
      int length = document.toString().getBytes(UTF_8).length;
      int[] cuts =
          IntStream.range(0, random.nextInt(9))
              .map(i -> random.nextInt(length + 1))
              .sorted()
              .toArray();

      assertThat(filtered(document.toString(), cuts))
          .as(document.toString())
          .isEqualTo(expected.toString());
    }
  }

  private static void add(Random random, StringBuilder document, StringBuilder expected) {
    String url = "https://" + "h".repeat(random.nextInt(300)) + ".example.org/?a=ä&b=<>\"";
    String relayed = FakeRelay.callbackUrl("house", CallbackKind.ENDED, random.nextInt(1000), url);
    String escaped =
        url.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    switch (random.nextInt(6)) {
      case 0 -> {
        document.append("<x>").append(relayed).append("</x>");
        expected.append("<x>").append(escaped).append("</x>");
      }
      case 1 -> {
        document.append("<![CDATA[").append(relayed).append("]]>");
        expected.append("<![CDATA[").append(url).append("]]>");
      }
      case 2 -> {
        String text =
            FakeRelay.PREFIX.substring(0, random.nextInt(FakeRelay.PREFIX.length())) + "|";
        document.append(text);
        expected.append(text);
      }
      case 3 -> {
        String text = FakeRelay.PREFIX + "e1.house.9" + " ";
        document.append(text);
        expected.append(text);
      }
      case 4 -> {
        String text = "\uD83D\uDE00 <![CDATA[ é ]]>".repeat(random.nextInt(20));
        document.append(text);
        expected.append(text);
      }
      default -> {
        String text = "<participantCount>" + random.nextInt() + "</participantCount>";
        document.append(text);
        expected.append(text);
      }
    }
  }

  @Test
  void bytesWithoutTheRelaysUrlArePassedOnAsTheyAre() {
    Random random = new Random(20261127);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[random.nextInt(5_000)];
      random.nextBytes(bytes);
      int cut = random.nextInt(bytes.length + 1);
      UrlFilter filter = filter();
      ByteArrayOutputStream passed = new ByteArrayOutputStream();

      add(passed, filter.next(bytes, 0, cut));
      add(passed, filter.last(bytes, cut, bytes.length));

      assertThat(passed.toByteArray()).isEqualTo(bytes);
    }
  }

  @Test
  void aPieceWithoutTheRelaysUrlIsNotCopied() {
    byte[] piece = "<response><returncode>SUCCESS</returncode>".getBytes(UTF_8);

    ByteBuffer passed = filter().next(piece, 0, piece.length);

    assertThat(passed.array()).isSameAs(piece);
    assertThat(passed.remaining()).isEqualTo(piece.length);
  }

  @Test
  void holdsBackNoMoreThanOneUrl() {
    byte[] endless = (FakeRelay.PREFIX + "x".repeat(100_000)).getBytes(UTF_8);
    UrlFilter filter = filter();
    int passed = 0;

    for (int at = 0; at < endless.length; at++) {
      passed += filter.next(endless, at, at + 1).remaining();

      assertThat(at + 1 - passed)
          .isLessThanOrEqualTo(FakeRelay.PREFIX.length() + CallbackRelay.LONGEST_TOKEN);
    }
  }

  @Test
  void aSectionThatAnOriginalWouldEndKeepsTheRelaysUrl() {
    UrlFilter filter = new UrlFilter(PREFIX, token -> Optional.of("https://a/]]>"));
    byte[] document = ("<![CDATA[" + FakeRelay.PREFIX + "t]]>").getBytes(UTF_8);

    ByteBuffer passed = filter.last(document, 0, document.length);

    assertThat(UTF_8.decode(passed).toString()).isEqualTo("<![CDATA[" + FakeRelay.PREFIX + "t]]>");
  }
}
