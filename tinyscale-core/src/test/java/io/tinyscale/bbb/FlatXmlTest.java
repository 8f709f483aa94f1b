package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatXmlTest {

  /** What documents are put together from at random: nearly all right, or wrong in one place. */
  private static final List<String> PIECES =
      List.of(
          "<response>",
          "</response>",
          "<a>",
          "</a>",
          "<b1>",
          "</b1>",
          "<a/>",
          "<_.-/>",
          "<1/>",
          "text",
          " ",
          "\n",
          "\r\n",
          "\t",
          "é",
          "€",
          "😀",
          "&amp;",
          "&",
          "<",
          ">",
          "]]>",
          "/",
          "<a b='c'>",
          "<!-- x -->",
          "<![CDATA[x]]>",
          "\u0001",
          "\u007f",
          "\u0085",
          "\uFFFE",
          "<?xml version='1.0'?>",
          "<a><a/></a>",
          "\uFEFF",
          "<meta:x/>",
          "<é/>");

  private static Optional<Map<String, String>> read(String document) {
    return FlatXml.children(document, "response");
  }

  @Test
  void readsTheAnswerToACreate() {
    assertThat(
            read(
                """
                <response>
                  <returncode>SUCCESS</returncode>
                  <meetingID> Zimmer 5ü </meetingID><internalMeetingID>ab-1</internalMeetingID>
                  <messageKey></messageKey><message/><messageKey>later</messageKey>
                </response>
                """))
        .contains(
            Map.of(
                "returncode", "SUCCESS",
                "meetingID", "Zimmer 5ü",
                "internalMeetingID", "ab-1",
                "messageKey", "",
                "message", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<response>",
        "<response><a>x</response>",
        "<response><a>x</b></response>",
        "<response><a>x</a></response>x",
        "<response>x<a>x</a></response>",
        "<response><a><b>x</b></a></response>",
        "<response><a b=\"c\">x</a></response>",
        "<response><a>x &amp; y</a></response>",
        "<response><a><![CDATA[x]]></a></response>",
        "<response><a>x\ry</a></response>",
        "<response><a>x]]>y</a></response>",
        "<response><!-- x --><a>x</a></response>",
        "<?xml version=\"1.0\"?><response><a>x</a></response>",
        "<!DOCTYPE x><response><a>x</a></response>",
        "<html><a>x</a></html>",
        "<response><1a>x</1a></response>",
      })
  void leavesAllElseToTheParser(String document) {
    assertThat(read(document)).isEmpty();
  }

  @Test
  void readsWhatTheParserReads() throws XMLStreamException {
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      String document = document(random);
      Optional<Map<String, String>> flat = read(document);
      if (flat.isPresent()) {
        read++;
        assertThat(flat.get())
            .as(document)
            .isEqualTo(SafeXml.children(new StringReader(document), "response"));
      }
    }
    assertThat(read).isGreaterThan(1000);
  }

  private static String document(Random random) {
    StringBuilder document = new StringBuilder("<response>");
    for (int i = random.nextInt(6); i > 0; i--) {
      String name = random.nextBoolean() ? "a" : "b1";
      document.append('<').append(name).append('>');
      if (random.nextInt(3) > 0) {
        document.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      document.append("</").append(random.nextInt(20) == 0 ? "a" : name).append('>');
      if (random.nextInt(4) == 0) {
        document.append(PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return document.append("</response>").toString();
  }
}
