package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
        "<meeting></meetings>",
        "<>",
        "<!DOCTYPE x>",
        "<!ELEMENT x>",
        "<meeting><!-->--></meeting><!-- --"
      })
  void refusesDocumentsThatAreNoList(String content) {
    assertThatThrownBy(() -> scan(meetings(content))).isInstanceOf(XMLStreamException.class);
  }

  // Damaged items.

  /** The result of reading a damaged list. */
  private static final class Told implements ListReceiver {

    final List<String> ids = new ArrayList<>();
    final List<String> xml = new ArrayList<>();
    final List<String> unreadable = new ArrayList<>();
    final List<HeldMeeting> held = new ArrayList<>();
    ListDamage damage = ListDamage.NONE;

    @Override
    public void item(ListedItem item) {
      ids.add(item.meetingId());
      xml.add(item.xml());
    }

    @Override
    public void unreadable(ApiReply fields) {
      unreadable.add(fields.text("meetingID"));
      held.add(HeldMeeting.of(fields));
    }

    @Override
    public void damaged(ListDamage found) {
      damage = damage.and(found);
    }
  }

  private static Told tell(String content) throws XMLStreamException {
    Told told = new Told();
    ListingScanner scanner = new ListingScanner(ListingKind.MEETINGS, told);
    scanner.feed(meetings(content));
    assertThat(scanner.end().succeeded()).isTrue();
    return told;
  }

  private static String meeting(String id, String more) {
    return "<meeting><meetingID>" + id + "</meetingID>" + more + "</meeting>";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<metadata><1a>x</1a></metadata>",
        "<a>",
        "</a>",
        "<a b></a>",
        "<a b='></a>",
        "<a b=\"x<y\"></a>",
        "<name>a < b</name>",
        "<name>I <3 U</name>",
        "<name><</name>",
        "<>",
        "</>",
        "<!x>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "<recordings",
        "<a",
        "<x><meetings></x></meetings>"
      })
  void leavesOutOneItemThatIsNotWellFormedAndReadsOnBehindIt(String mistake)
      throws XMLStreamException {
    Told told = tell(meeting("a", "") + meeting("odd", mistake) + "\n" + meeting("b", ""));

    assertThat(told.ids).containsExactly("a", "b");
    assertThat(told.unreadable).containsExactly("odd");
    assertThat(told.damage).isEqualTo(ListDamage.ITEMS);
  }

  @Test
  void readsTheIdBehindADamagedElement() throws XMLStreamException {
    Told told =
        tell(
            "<meeting><meetingName><1a></meetingName><meetingID>x &amp; <![CDATA[y]]></meetingID>"
                + "</meeting><meeting><1a/></meeting><meeting><1a/><meetingID><b></meetingID>"
                + "</meeting>");

    assertThat(told.unreadable).containsExactly("x & y", "", "");
  }

  @Test
  void readsWhatALoadNeedsBehindADamagedElement() throws XMLStreamException {
    Told told =
        tell(
            "<meeting><meetingID>m</meetingID><meetingName><1a></meetingName>"
                + "<createTime>1700000000001</createTime><participantCount>9</participantCount>"
                + "<videoCount>2</videoCount><maxUsers>20</maxUsers><isBreakout>true</isBreakout>"
                + "<metadata><bbb-meeting-size-hint>150</bbb-meeting-size-hint></metadata>"
                + "</meeting>");

    assertThat(told.held)
        .containsExactly(new HeldMeeting("", 9, "", 2, 1_700_000_000_001L, 20, true, 150, true));
  }

  static Stream<Arguments> mendedTexts() {
    return Stream.of(
        Arguments.of("\uFFFE", "\uFFFD"),
        Arguments.of("\uFFFF", "\uFFFD"),
        Arguments.of("\u0000", "\uFFFD"),
        Arguments.of("\u000B", "\uFFFD"),
        Arguments.of("\u001F", "\uFFFD"),
        Arguments.of("\uD800", "\uFFFD"),
        Arguments.of("\uDC00x", "\uFFFDx"),
        Arguments.of("\uD800\uD83D\uDE00", "\uFFFD\uD83D\uDE00"),
        Arguments.of("&#x1;", "\uFFFD"),
        Arguments.of("&#xFFFF;", "\uFFFD"),
        Arguments.of("&#xD83D;", "\uFFFD"),
        Arguments.of("&#0;", "\uFFFD"),
        Arguments.of("&#1114112;", "\uFFFD"),
        Arguments.of("&#1A;", "\uFFFD"),
        Arguments.of("&nbsp;", "&amp;nbsp;"),
        Arguments.of("&", "&amp;"),
        Arguments.of("&&amp;", "&amp;&amp;"),
        Arguments.of("a & b &lt; c", "a &amp; b &lt; c"),
        Arguments.of("\u000B&#65;&#x41;&amp;", "\uFFFD&#65;&#x41;&amp;"),
        Arguments.of("&<![CDATA[ & &x; ]]><!-- & -->", "&amp;<![CDATA[ & &x; ]]><!-- & -->"));
  }

  @ParameterizedTest
  @MethodSource("mendedTexts")
  void replacesCharactersThatXmlForbids(String text, String mended) throws XMLStreamException {
    Told told = tell(meeting("a", "<name>" + text + "</name>") + meeting("b", ""));

    assertThat(told.xml)
        .containsExactly(meeting("a", "<name>" + mended + "</name>"), meeting("b", ""));
    assertThat(told.unreadable).isEmpty();
    assertThat(told.damage).isEqualTo(ListDamage.CHARACTERS);
    assertThat(scan(meetings(told.xml.get(0))).ids()).as("sound now").containsExactly("a");
  }

  @Test
  void mendsTextBesideTheItems() throws XMLStreamException {
    Scan scan =
        scan(
            "<response><returncode>SUCCESS</returncode><meetings/><message>a\uFFFE&b</message>"
                + "</response>");

    assertThat(scan.rest().text("message")).isEqualTo("a\uFFFD&b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<meeting><meetingID>odd</meetingID>",
        "<meeting><meetingID>odd</meetingID></meetin>",
        "<meeting><meetingID>odd</meetingID></meeting",
      })
  void anItemWithoutItsEndMayHideOthers(String odd) throws XMLStreamException {
    Told last = tell(meeting("a", "") + odd);
    Told first = tell(odd + meeting("a", ""));

    assertThat(last.ids).containsExactly("a");
    assertThat(last.unreadable).containsExactly("odd");
    assertThat(last.damage).isEqualTo(ListDamage.STRUCTURE);
    assertThat(first.damage).isEqualTo(ListDamage.STRUCTURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"</meeting>", "</x>", "<meeting", "<x y='", "</>"})
  void dropsStrayMarkupBetweenItemsAndReportsDamage(String stray) throws XMLStreamException {
    Told told = tell(meeting("a", "") + stray + meeting("b", ""));

    assertThat(told.ids).containsExactly("a", "b");
    assertThat(told.damage).isEqualTo(ListDamage.STRUCTURE);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void reportsEveryLostItem(long seed) throws XMLStreamException {
    Random random = new Random(seed);
    String sound = meeting("odd", "<a b='c'>d &amp; e</a><!-- f --><![CDATA[g]]>");
    int at = 1 + random.nextInt("<meeting><meetingID>odd</meetingID>".length());
    String waste =
        List.of("<", "&", "'", "<1>", "\u0001", "</x>", ">", "<!").get(random.nextInt(8));
    String odd =
        sound.substring(0, at + "<meeting>".length())
            + waste
            + sound.substring(at + "<meeting>".length());

    Told told = tell(meeting("a", "") + odd + meeting("b", ""));

    assertThat(told.ids).startsWith("a");
    if (told.damage != ListDamage.STRUCTURE) {
      assertThat(told.ids).endsWith("b");
      assertThat(told.ids.size() + told.unreadable.size()).isEqualTo(3);
    }
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
  void refusesDocumentsThatAreNotOfBbb(String document) {
    assertThatThrownBy(() -> scan(document)).isInstanceOf(XMLStreamException.class);
  }

  @Test
  void readsCommentsThatBeginOddly() throws XMLStreamException {
    Scan scan = scan(meetings("<!--> <meeting> --><meeting><!----><a/><!-->--></meeting>"));

    assertThat(scan.items()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<meeting>%s</meeting>", "<meeting a='%s'/>", "<!--%s-->", "<%s/>"})
  void refusesATooLargeItemBeforeItsEnd(String form) {
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
