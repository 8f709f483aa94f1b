package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListingScannerTest {

  private static final String ODD_LIST =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- a <meeting> in a comment -->
      <response>
        <returncode>SUCCESS</returncode>
        <meetings>
          <meeting>
            <meetingID>cdata</meetingID>
            <meetingName><![CDATA[no </meeting> here ]] > ]]></meetingName>
          </meeting>
          <!-- </meetings> -->
          <meeting a="1 > 0" b='"/>'><meetingID>attribute</meetingID><x y="/"/></meeting>
          <meeting
          ><meetingID>&#109;&amp;&#x6D;</meetingID
          ><breakout><meeting><meetingID>inner</meetingID></meeting></breakout></meeting >
          <?pi <meeting> ?>
          <meeting/>
          <meeting />
          <other><meeting><meetingID>no item</meetingID></meeting></other>
          <meeting><meetingID>café 😀</meetingID></meeting>
        </meetings>
        <totalElements>7</totalElements>
      </response>
      """;

  private record Scan(List<ListedItem> items, ApiReply rest) {

    List<String> ids() {
      return items.stream().map(ListedItem::meetingId).toList();
    }
  }

  private static Scan scan(ListingKind kind, String document, int size) throws XMLStreamException {
    List<ListedItem> items = new ArrayList<>();
    ListingScanner scanner = new ListingScanner(kind, items::add);
    for (int start = 0; start < document.length(); start += size) {
      scanner.feed(document.substring(start, Math.min(document.length(), start + size)));
    }
    return new Scan(items, scanner.end());
  }

  private static Scan scan(String document) throws XMLStreamException {
    return scan(ListingKind.MEETINGS, document, Integer.MAX_VALUE / 2);
  }

  private static String meetings(String content) {
    return "<response><returncode>SUCCESS</returncode><meetings>"
        + content
        + "</meetings></response>";
  }

  @Test
  void findsTheItemsOfAnOddList() throws XMLStreamException {
    Scan scan = scan(ODD_LIST);

    assertThat(scan.ids()).containsExactly("cdata", "attribute", "m&m", "", "", "café 😀");
    assertThat(scan.rest().succeeded()).isTrue();
    assertThat(scan.rest().number("totalElements")).isEqualTo(7);
    assertThat(scan.items().get(0).xml())
        .startsWith("<meeting>")
        .contains("<![CDATA[no </meeting> here ]] > ]]>")
        .endsWith("</meeting>");
    assertThat(scan.items().get(3).xml()).isEqualTo("<meeting/>");
  }

  static IntStream sizes() {
    return IntStream.rangeClosed(1, 40);
  }

  @ParameterizedTest(name = "{0} characters")
  @MethodSource("sizes")
  void findsTheSameInPiecesOfEverySize(int size) throws XMLStreamException {
    assertThat(scan(ListingKind.MEETINGS, ODD_LIST, size)).isEqualTo(scan(ODD_LIST));
  }

  @Test
  void handsAnItemOverAsSoonAsItIsComplete() throws XMLStreamException {
    List<ListedItem> items = new ArrayList<>();
    ListingScanner scanner = new ListingScanner(ListingKind.MEETINGS, items::add);

    scanner.feed("<response><meetings><meeting><meetingID>a</meetingID></meeting");
    assertThat(items).isEmpty();

    scanner.feed(">");
    assertThat(items).extracting(ListedItem::meetingId).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<response><returncode>SUCCESS</returncode><meetings/></response>",
        "<response><returncode>SUCCESS</returncode><meetings /></response>",
        "<response><returncode>SUCCESS</returncode><meetings></meetings></response>",
        "<response><returncode>SUCCESS</returncode><meetings>\n  </meetings></response>\n",
        "<response><returncode>SUCCESS</returncode></response>"
      })
  void findsNothingInAnEmptyList(String document) throws XMLStreamException {
    Scan scan = scan(document);

    assertThat(scan.items()).isEmpty();
    assertThat(scan.rest().succeeded()).isTrue();
  }

  @Test
  void takesOnlyItemsOfItsOwnList() throws XMLStreamException {
    Scan scan =
        scan(
            "<response><returncode>SUCCESS</returncode><meetings/>"
                + "<others><meeting><meetingID>a</meetingID></meeting></others></response>");

    assertThat(scan.items()).isEmpty();
  }

  @Test
  void readsAFailure() throws XMLStreamException {
    Scan scan =
        scan(
            "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
                + "</response>");

    assertThat(scan.rest().messageKey()).isEqualTo("checksumError");
  }

  @Test
  void refusesAListCutAnywhere() throws XMLStreamException {
    String document = meetings("<meeting a='b'><meetingID><![CDATA[x]]></meetingID></meeting>");

    for (int length = 0; length < document.length(); length++) {
      String cut = document.substring(0, length);
      assertThatThrownBy(() -> scan(cut)).as(cut).isInstanceOf(XMLStreamException.class);
    }
    assertThat(scan(document).items()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<meeting><a></meeting>",
        "<meeting></meetings>",
        "<meeting>&unknown;</meeting>",
        "<meeting>&</meeting>",
        "<meeting><1st>x</1st></meeting>",
        "<meeting><a b></a></meeting>",
        "<meeting>\u0001</meeting>",
        "</meeting>",
        "<>",
        "</>",
        "<meeting",
        "<!DOCTYPE x>",
        "<!ELEMENT x>",
        "<meeting><!-->--></meeting><!-- --"
      })
  void refusesWhatIsNotWellFormed(String content) {
    assertThatThrownBy(() -> scan(meetings(content))).isInstanceOf(XMLStreamException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><meetings></meetings></html>",
        "<responses/>",
        "<meetings><meeting/></meetings>",
        "OK",
        "",
        "{}",
        "</response>",
        "<!DOCTYPE response [<!ENTITY a \"b\">]><response/>",
        "<!DOCTYPE response SYSTEM \"http://localhost:1/\"><response/>",
        "<response/><response/>"
      })
  void refusesWhatIsNoBbbAnswer(String document) {
    assertThatThrownBy(() -> scan(document)).isInstanceOf(XMLStreamException.class);
  }

  @Test
  void readsCommentsThatBeginOddly() throws XMLStreamException {
    Scan scan = scan(meetings("<!--> <meeting> --><meeting><!----><a/><!-->--></meeting>"));

    assertThat(scan.items()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<meeting>%s</meeting>", "<meeting a='%s'/>", "<!--%s-->", "<%s/>"})
  void refusesWhatIsTooLargeBeforeItEnds(String form) {
    List<ListedItem> items = new ArrayList<>();
    ListingScanner scanner = new ListingScanner(ListingKind.MEETINGS, items::add);
    String part = "x".repeat(1 << 20);
    String begin = form.substring(0, form.indexOf("%s"));

    assertThatThrownBy(
            () -> {
              scanner.feed("<response><meetings>" + begin);
              for (int i = 0; i < 20; i++) {
                scanner.feed(part);
              }
            })
        .isInstanceOf(XMLStreamException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void readsALongListWithBlanksBetweenItsItems() throws XMLStreamException {
    String item = "\n" + " ".repeat(20) + "<meeting><meetingID>a</meetingID></meeting>\n\n";

    Scan scan = scan(meetings(item.repeat(10_000)));

    assertThat(scan.items()).hasSize(10_000);
  }

  @Test
  void refusesEndlessTextBesideTheItems() {
    assertThatThrownBy(() -> scan(meetings("x".repeat(1 << 20))))
        .isInstanceOf(XMLStreamException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"recordings", "sessions"})
  void knowsTheOtherLists(String list) throws XMLStreamException {
    ListingKind kind = list.equals("recordings") ? ListingKind.RECORDINGS : ListingKind.SESSIONS;
    String item = "<" + kind.item() + "><recordID>r</recordID></" + kind.item() + ">";
    String document =
        "<response><returncode>SUCCESS</returncode><%s>%s</%s></response>"
            .formatted(list, item, list);

    assertThat(scan(kind, document, 3).items()).extracting(ListedItem::xml).containsExactly(item);
  }

  static LongStream seeds() {
    return RandomQueries.seeds();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void losesAndDoublesNothing(long seed) throws XMLStreamException {
    Random random = new Random(seed);
    List<String> ids =
        IntStream.range(0, random.nextInt(30))
            .mapToObj(i -> i + "-" + Long.toString(random.nextLong(), 36))
            .toList();
    String document =
        meetings(
            ids.stream()
                .map(id -> disguised(random, id))
                .collect(Collectors.joining(" ", "\n", "")));
    List<ListedItem> items = new ArrayList<>();
    ListingScanner scanner = new ListingScanner(ListingKind.MEETINGS, items::add);

    int position = 0;
    while (position < document.length()) {
      int end = Math.min(document.length(), position + 1 + random.nextInt(50));
      scanner.feed(document.substring(position, end));
      position = end;
    }
    scanner.end();

    assertThat(items).extracting(ListedItem::meetingId).containsExactlyElementsOf(ids);
    assertThat(String.join("", items.stream().map(ListedItem::xml).toList()))
        .isEqualTo(
            document
                .replaceAll("</meeting>\\s+<meeting", "</meeting><meeting")
                .replaceAll("(?s)^.*?<meetings>\\s*|\\s*</meetings>.*$", ""));
  }

  private static String disguised(Random random, String id) {
    String text =
        switch (random.nextInt(3)) {
          case 0 -> id;
          case 1 -> "<![CDATA[" + id + "]]>";
          default -> "&#" + (int) id.charAt(0) + ";" + id.substring(1);
        };
    String extra =
        List.of("", "<!-- </meeting> -->", "<m a='/meeting>'>&lt;</m>", "<meeting/>")
            .get(random.nextInt(4));
    return "<meeting>" + extra + "<meetingID>" + text + "</meetingID></meeting>";
  }
}
