package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.Secret;
import io.tinyscale.health.MeetingsSeen.Counts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each run of a meeting counts once. */
class MeetingsSeenTest {

  private final Server one = server("one");
  private final Server two = server("two");
  private final ServerPool pool = new ServerPool(List.of(one, two), 2, 2);
  private final MeetingsSeen seen = new MeetingsSeen(pool);

  private static Server server(String name) {
    return Server.of(
        name,
        URI.create("https://" + name + ".example.org/bigbluebutton/api"),
        Secret.of("s3cr3t"));
  }

  private static HeldMeeting meeting(String internalId) {
    return HeldMeeting.of(internalId);
  }

  private static HeldMeeting breakout(String internalId) {
    return new HeldMeeting(internalId, 1, "", 0, 0, 0, true, 0, true);
  }

  @Test
  void countsAMeetingOnceWhileItGoesOn() {
    seen.swept(one, List.of(meeting("a-1"), meeting("b-1")));
    seen.swept(one, List.of(meeting("b-1"), meeting("c-1")));
    seen.swept(one, List.of(meeting("c-1"), meeting("b-1")));

    assertThat(seen.of(one)).isEqualTo(new Counts(3, 0));
  }

  @Test
  void countsTheNextRunOfAMeetingAgain() {
    seen.swept(one, List.of(meeting("a-1")));
    seen.swept(one, List.of());
    seen.swept(one, List.of(meeting("a-2")));

    assertThat(seen.of(one)).isEqualTo(new Counts(2, 0));
  }

  @Test
  void countsBreakoutRoomsApart() {
    seen.swept(one, List.of(meeting("a-1"), breakout("a-1-1"), breakout("a-1-2")));

    assertThat(seen.of(one)).isEqualTo(new Counts(1, 2));
  }

  @Test
  void doesNotCountAMeetingWhoseRunIsUnknown() {
    seen.swept(one, Stream.generate(() -> meeting("")).limit(3).toList());

    assertThat(seen.of(one)).isEqualTo(Counts.NONE);
  }

  @Test
  void forgetsAServerThatHasLeftThePool() {
    seen.swept(one, List.of(meeting("a-1")));
    pool.startsDown(one);
    pool.replace(List.of(two), Set.of());

    seen.swept(two, List.of());

    assertThat(seen.of(one)).isEqualTo(Counts.NONE);
  }
}
