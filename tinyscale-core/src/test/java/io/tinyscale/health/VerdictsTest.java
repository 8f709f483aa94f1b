package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pool and the observers learn from sweeps. */
class VerdictsTest {

  private static final Map<MeetingId, HeldMeeting> ONE_MEETING =
      Map.of(new MeetingId("math"), HeldMeeting.of("x-1"));

  private final Server bbb1 = server("bbb1");
  private final Server bbb2 = server("bbb2").with(AdminState.CORDONED);
  private final Server bbb3 = server("bbb3").with(AdminState.DISABLED);
  private final ServerPool pool = new ServerPool(List.of(bbb1, bbb2, bbb3), 2, 2);
  private final List<String> events = new ArrayList<>();

  /** How many meetings a server is taken to hold after a sweep. */
  private int held;

  private final SweepListener listener =
      new SweepListener() {
        @Override
        public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
          return held;
        }

        @Override
        public void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
          events.add(server.name() + " holds at least " + meetings.size());
        }
      };
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void serverUp(Server server, int meetings) {
          events.add(server.name() + " up with " + meetings);
        }

        @Override
        public void serverStartsDown(Server server, String cause, String fix) {
          events.add(server.name() + " starts down: " + cause + ". " + fix);
        }

        @Override
        public void serverRefusesSecret(Server server) {
          events.add(server.name() + " refuses our secret");
        }

        @Override
        public void serverUnknown(Server server) {
          events.add(server.name() + " may hold any meeting");
        }

        @Override
        public void listUnknown(Server server, String cause) {
          events.add(server.name() + " tells no list: " + cause);
        }

        @Override
        public void serverHasTooManyMeetings(Server server) {
          events.add(server.name() + " has too many meetings");
        }

        @Override
        public void serverDrained(Server server) {
          events.add(server.name() + " is empty");
        }
      };
  private final Contacts contacts = new Contacts();
  private final Verdicts verdicts = new Verdicts(pool, contacts, () -> 0, listener, observer);

  private static Server server(String name) {
    URI api = URI.create("https://" + name + ".example.org/bigbluebutton/api");
    return Server.of(name, api, Secret.of("sesame"));
  }

  private static Sweep passed(Server server, Map<MeetingId, HeldMeeting> meetings) {
    ServerLoad load = new ServerLoad(meetings.size(), 0, 0);
    return new Sweep.Passed(server, meetings, true, load, false, 0);
  }

  private static Sweep partial(Server server, String cause) {
    return new Sweep.Partial(server, ONE_MEETING, cause, 0);
  }

  private ServerStatus status(Server server) {
    return pool.status(server.name()).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"1, true", "0, true", "-1, false"})
  void aServerHasToldAllItsMeetingsUnlessThereAreTooManyToRemember(int count, boolean isTold) {
    held = count;

    verdicts.first(passed(bbb1, Map.of()));
    assertThat(status(bbb1).swept()).isEqualTo(isTold);

    pool.passed(bbb1, !isTold);
    verdicts.again(passed(bbb1, Map.of()));
    assertThat(status(bbb1).swept()).isEqualTo(isTold);
  }

  @Test
  void theFirstListMayBePartial() {
    verdicts.first(partial(bbb1, "the document ends in the middle"));

    assertThat(status(bbb1)).matches(ServerStatus::reachable).matches(status -> !status.swept());
    assertThat(events)
        .containsExactly(
            "bbb1 holds at least 1",
            "bbb1 up with 1",
            "bbb1 tells no list: the document ends in the middle");
  }

  @Test
  void aServerThatIsSilentForLongEnoughInItsFirstSweepStartsDown() {
    contacts.with(bbb1).unanswered(-Verdicts.LEAST_SILENCE.toNanos(), false);

    verdicts.first(new Sweep.Failed(bbb1, Map.of(), "HTTP 404", "Correct its host."));

    assertThat(status(bbb1).reachable()).isFalse();
    assertThat(events).containsExactly("bbb1 starts down: HTTP 404. Correct its host.");
  }

  @Test
  void aServerThatFailsItsFirstSweepSoonerIsInDoubt() {
    contacts.with(bbb1).unanswered(1 - Verdicts.LEAST_SILENCE.toNanos(), false);

    verdicts.first(new Sweep.Failed(bbb1, Map.of(), "HTTP 404", "Correct its host."));

    assertThat(status(bbb1).reachable()).isTrue();
    assertThat(status(bbb1).takesNewMeetings()).isFalse();
    assertThat(events).containsExactly("bbb1 tells no list: HTTP 404");
  }

  @Test
  void aServerThatCannotBeAskedAtFirstStartsUp() {
    verdicts.first(new Sweep.Unasked(bbb1));

    assertThat(status(bbb1)).matches(ServerStatus::reachable).matches(status -> !status.swept());
    assertThat(events)
        .containsExactly(
            "bbb1 tells no list: no connection could be opened: no file descriptor or port is left."
                + " Let tinyscale open more files (ulimit -n).");
  }

  @Test
  void aServerThatRefusesOurSecretAtFirstStartsUpWithoutNewMeetings() {
    verdicts.first(new Sweep.WrongSecret(bbb1));

    assertThat(status(bbb1))
        .matches(ServerStatus::refusesSecret)
        .matches(ServerStatus::reachable)
        .matches(status -> !status.takesNewMeetings());
    assertThat(events).containsExactly("bbb1 refuses our secret");
  }

  @Test
  void aServerThatIsDownAndNeverToldItsMeetingsMayHoldAny() {
    pool.startsDown(bbb1);
    pool.startsDown(bbb2);
    pool.startsDown(bbb3);
    pool.passed(bbb2);

    verdicts.reportUnknown(List.of(bbb1, bbb2, bbb3, server("stranger")));

    assertThat(events).containsExactly("bbb1 may hold any meeting");
  }

  @Test
  void aServerThatCanBeAskedIsNotReportedAsUnknown() {
    verdicts.reportUnknown(List.of(bbb1));

    assertThat(events).isEmpty();
  }

  @Test
  void listsInARowBringAServerBack() {
    pool.startsDown(bbb1);
    held = 1;

    verdicts.again(passed(bbb1, ONE_MEETING));
    assertThat(events).isEmpty();
    verdicts.again(passed(bbb1, ONE_MEETING));
    verdicts.again(passed(bbb1, ONE_MEETING));

    assertThat(events).containsExactly("bbb1 up with 1");
  }

  @Test
  void partialListsInARowBringAServerBack() {
    pool.startsDown(bbb1);

    verdicts.again(partial(bbb1, ""));
    verdicts.again(partial(bbb1, ""));

    assertThat(status(bbb1).reachable()).isTrue();
    assertThat(events).last().isEqualTo("bbb1 up with 1");
  }

  @Test
  void anUnreadListIsToldOnceUntilAListIsRead() {
    verdicts.again(partial(bbb1, "HTTP 500"));
    verdicts.again(partial(bbb1, "HTTP 500"));
    verdicts.again(partial(bbb1, ""));
    verdicts.again(partial(bbb1, "HTTP 502"));

    assertThat(events)
        .filteredOn(event -> event.contains("no list"))
        .containsExactly("bbb1 tells no list: HTTP 500", "bbb1 tells no list: HTTP 502");
  }

  @Test
  void aServerThatWasForgottenIsReportedAsIfItWereNew() {
    verdicts.again(passed(bbb2, Map.of()));
    verdicts.again(passed(bbb2, Map.of()));
    assertThat(events).containsExactly("bbb2 is empty");

    verdicts.forget("bbb2");
    verdicts.again(passed(bbb2, Map.of()));

    assertThat(events).containsExactly("bbb2 is empty", "bbb2 is empty");
  }

  @Test
  void tooManyMeetingsAreReportedAgainOnceTheServerWasForgotten() {
    held = -1;
    verdicts.again(passed(bbb1, ONE_MEETING));
    verdicts.again(passed(bbb1, ONE_MEETING));
    verdicts.forget("bbb1");
    verdicts.again(passed(bbb1, ONE_MEETING));

    assertThat(events).containsExactly("bbb1 has too many meetings", "bbb1 has too many meetings");
  }
}
