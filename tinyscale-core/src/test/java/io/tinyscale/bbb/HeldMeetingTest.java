package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldMeetingTest {

  private static HeldMeeting held(String fields) throws XMLStreamException {
    List<ListedItem> items = new ArrayList<>();
    ListingScanner scanner = new ListingScanner(ListingKind.MEETINGS, items::add);
    scanner.feed(
        "<response><returncode>SUCCESS</returncode><meetings><meeting>"
            + fields
            + "</meeting></meetings></response>");
    scanner.end();
    return HeldMeeting.of(items.get(0).fields());
  }

  private static String metadata(String hint) {
    return "<metadata>\n<bbb-origin>Moodle</bbb-origin><bbb-meeting-size-hint>"
        + hint
        + "</bbb-meeting-size-hint><x>7</x></metadata>";
  }

  @Test
  void readsAMeetingFromAList() throws XMLStreamException {
    HeldMeeting meeting =
        held(
            "<meetingID>m</meetingID><internalMeetingID>i-1</internalMeetingID>"
                + "<createTime>1700000000001</createTime><moderatorPW>mp</moderatorPW>"
                + "<participantCount>1,234</participantCount><videoCount>17</videoCount>"
                + "<maxUsers>2000</maxUsers><hasUserJoined>false</hasUserJoined>"
                + metadata(" 150 ")
                + "<isBreakout>true</isBreakout>");

    assertThat(meeting)
        .isEqualTo(
            new HeldMeeting("i-1", 1234, "mp", 17, 1_700_000_000_001L, 2000, true, 150, false));
  }

  @Test
  void leavesUnknownWhatTheServerOmits() throws XMLStreamException {
    assertThat(held("<meetingID>m</meetingID>"))
        .isEqualTo(new HeldMeeting("", HeldMeeting.UNKNOWN, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0300, 300",
    "10000, 10000",
    "0, 0",
    "10001, 0",
    "-5, 0",
    "1e3, 0",
    "<a/>5, 0",
    "'', 0"
  })
  void takesASizeHintFrom1To10000(String hint, int taken) throws XMLStreamException {
    assertThat(held(metadata(hint)).sizeHint()).isEqualTo(taken);
  }

  @Test
  void readsNoSizeHintFromElsewhere() throws XMLStreamException {
    HeldMeeting meeting =
        held(
            "<attendees><bbb-meeting-size-hint>9</bbb-meeting-size-hint></attendees>"
                + "<bbb-meeting-size-hint>9</bbb-meeting-size-hint>"
                + "<metadata><a><bbb-meeting-size-hint>9</bbb-meeting-size-hint></a></metadata>");

    assertThat(meeting.sizeHint()).isZero();
  }

  @Test
  void printsNoPassword() {
    assertThat(new HeldMeeting("i-1", 3, "mp")).asString().contains("i-1").doesNotContain("mp");
  }
}
