package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.simulator.SimulatedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalsTest {

  private final Journals journals = new Journals();

  @Test
  void readsTheLivesOfMeetings() {
    journals.add(
        "bbb1",
        List.of(
            "100 started pid=1",
            "110 created meeting=math+1 internal=a-1",
            "115 created meeting=art internal=b-1",
            "120 joined meeting=math+1 internal=a-1",
            "125 joined meeting=math+1 internal=a-1",
            "130 ended meeting=math+1 internal=a-1"),
        List.of());

    assertThat(journals.lives())
        .containsExactly(
            new Life("bbb1", "math 1", "a-1", new Span(110, 130), 120, true),
            new Life("bbb1", "art", "b-1", new Span(115, Span.OPEN), Span.OPEN, false));
  }

  @Test
  void aMeetingMayEndBeforeItsBeginningIsWritten() {
    journals.add(
        "bbb1",
        List.of(
            "100 started pid=1",
            "110 ended meeting=math internal=a-1",
            "115 created meeting=math internal=a-1",
            "120 created meeting=math internal=a-2"),
        List.of());

    assertThat(journals.lives())
        .extracting(Life::span)
        .containsExactly(new Span(115, 115), new Span(120, Span.OPEN));
  }

  @Test
  void meetingsDieWithTheirServersProcess() {
    journals.add(
        "bbb1",
        List.of(
            "100 started pid=1",
            "110 created meeting=math internal=a-1",
            "119 arrived request=1 call=create meeting=art",
            "140 started pid=2",
            "150 created meeting=math internal=a-2"),
        List.of(120L, 160L));

    assertThat(journals.lives())
        .extracting(Life::span)
        .containsExactly(new Span(110, 120), new Span(150, 160));
    assertThat(journals.creates())
        .containsExactly(new ReceivedCreate("bbb1", "art", "", 119, Span.OPEN, ""));
  }

  @Test
  void readsCreatesWithWhatSpoiltTheirAnswers() {
    journals.add(
        "bbb1",
        List.of(
            "100 started pid=1",
            "110 arrived request=1 call=create meeting=math id=a-moodle-1-000001",
            "111 arrived request=2 call=getMeetings meeting=",
            "112 decided request=2 fault=",
            "115 decided request=1 fault=ActThenDrop"),
        List.of());

    assertThat(journals.creates())
        .containsExactly(
            new ReceivedCreate("bbb1", "math", "a-moodle-1-000001", 110, 115, "ActThenDrop"));
  }

  @Test
  void aMeetingMayBeJoinedBeforeItsBeginningIsWritten() {
    journals.add(
        "bbb1",
        List.of(
            "100 started pid=1",
            "110 joined meeting=math internal=a-1",
            "115 created meeting=math internal=a-1",
            "120 ended meeting=math internal=a-1"),
        List.of());

    assertThat(journals.lives())
        .containsExactly(new Life("bbb1", "math", "a-1", new Span(115, 120), 110, true));
  }

  @Test
  void readsCallsThatEndMeetings() {
    journals.add(
        "bbb1",
        List.of(
            "100 started pid=1",
            "110 arrived request=1 call=end meeting=math+1",
            "115 decided request=1 fault=Drop",
            "120 arrived request=2 call=end meeting=a-1"),
        List.of());

    assertThat(journals.ends())
        .containsExactly(
            new ReceivedEnd("bbb1", "math 1", 110), new ReceivedEnd("bbb1", "a-1", 120));
  }

  @Test
  void readsAnswersThatProveTheirServerAlive() {
    journals.add(
        "bbb1",
        List.of(
            "100 started pid=1",
            "110 arrived request=1 call=getMeetings meeting=",
            "111 arrived request=2 call=root meeting=",
            "112 arrived request=3 call=join meeting=math",
            "113 arrived request=4 call=getMeetings meeting=",
            "115 decided request=1 fault=Damaged",
            "116 decided request=2 fault=",
            "117 decided request=3 fault=",
            "118 decided request=4 fault=Stall"),
        List.of());

    assertThat(journals.answers())
        .containsExactly(
            new GivenAnswer("bbb1", "getMeetings", "", 110, 115),
            new GivenAnswer("bbb1", "root", "", 111, 116));
  }

  @Test
  void refusesUnknownLines() {
    assertThatThrownBy(() -> journals.add("bbb1", List.of("100 exploded x=y"), List.of()))
        .hasMessageContaining("100 exploded x=y");
  }

  @Test
  void understandsWhatASimulatedServerWrites(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("journal");
    long before = Span.now();
    try (SimulatedServer server = SimulatedServer.builder().journal(file).start()) {
      server.meetings().create("math");
      server.meetings().join("math", "Ann", "VIEWER");
      HttpCaller.get(
          server.port(), "/bigbluebutton/api/create?meetingID=x", Duration.ofSeconds(10));
      server.meetings().end("math");
    }

    journals.add("bbb1", Files.readAllLines(file), List.of());

    assertThat(journals.lives())
        .singleElement()
        .satisfies(
            life -> {
              assertThat(life.meetingId()).isEqualTo("math");
              assertThat(life.span().from()).isBetween(before, life.joined());
              assertThat(life.span().to()).isBetween(before - 1000, Span.now());
            });
    assertThat(journals.creates())
        .singleElement()
        .satisfies(create -> assertThat(create.meetingId()).isEqualTo("x"));
  }
}
