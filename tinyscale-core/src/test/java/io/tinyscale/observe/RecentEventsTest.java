package io.tinyscale.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.RecentEvents.Event;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentEventsTest {

  private static final Instant NOW = Instant.parse("2026-11-25T20:00:00Z");

  private final Server bbb1 =
      Server.of(
          "bbb1", URI.create("https://bbb1.example.org/bigbluebutton/api"), Secret.of("sesame"));
  private final RecentEvents recent = new RecentEvents(() -> NOW);
  private final EventLog log = new EventLog(recent);

  @Test
  void keepsEventsWithTheirFields() {
    log.serverDown(bbb1, "no \"answer\" in 5 s");
    log.stopped();

    assertThat(recent.newest(10))
        .extracting(Event::id, Event::time, Event::level, Event::name)
        .containsExactly(
            tuple(2L, NOW, "INFO", "tinyscale.stopped"), tuple(1L, NOW, "WARN", "server.down"));
    assertThat(recent.after(0, 1).get(0).fields().entrySet())
        .extracting(Object::toString)
        .containsExactly("server=bbb1", "host=bbb1.example.org", "cause=no \"answer\" in 5 s");
  }

  @Test
  void forgetsTheOldestBeyondItsBound() {
    IntStream.range(0, 2_500).forEach(i -> log.serverDrained(bbb1));

    List<Event> all = recent.after(0, Integer.MAX_VALUE);
    assertThat(all).hasSize(RecentEvents.MOST);
    assertThat(all.get(0).id()).isEqualTo(1_501);
    assertThat(recent.last()).isEqualTo(2_500);
  }

  @Test
  void tellsWhatIsNewSinceAnEvent() {
    IntStream.range(0, 10).forEach(i -> log.serverDrained(bbb1));

    assertThat(recent.after(7, 100)).extracting(Event::id).containsExactly(8L, 9L, 10L);
    assertThat(recent.after(2, 2)).extracting(Event::id).containsExactly(3L, 4L);
    assertThat(recent.after(10, 100)).isEmpty();
    assertThat(recent.newest(2)).extracting(Event::id).containsExactly(10L, 9L);
  }

  @Test
  void allEventsAreNewSinceAnEventOfAnEarlierProcess() {
    IntStream.range(0, 3).forEach(i -> log.serverDrained(bbb1));

    assertThat(recent.after(640, 100)).extracting(Event::id).containsExactly(1L, 2L, 3L);
    assertThat(recent.after(3, 100)).isEmpty();
  }

  @Test
  void cutsLongValues() {
    log.poolRefused(List.of("x".repeat(1_000_000)));

    assertThat(recent.newest(1).get(0).fields().get("problem")).hasSize(2_000);
  }

  @Test
  void keepsNoDetailsOfSingleCalls() {
    log.callAnswered(ApiCall.CREATE, "house", CallOutcome.ANSWERED, 1);
    log.callRefused(ApiCall.CREATE, "checksumError");
    log.listPartial(ApiCall.GET_MEETINGS, 1, 2);
    log.swept(bbb1, SweepOutcome.COMPLETE, Duration.ZERO);
    log.meetingWeighed(new MeetingId("math"), bbb1, List::of);

    assertThat(recent.newest(10)).isEmpty();
  }
}
