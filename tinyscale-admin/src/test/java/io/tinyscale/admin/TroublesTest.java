package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Health;
import io.tinyscale.server.Overload;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.SharedStatus;
import io.tinyscale.store.SharedStatus.Other;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the status shows as problems. */
class TroublesTest {

  private static final Instant START = Instant.parse("2026-11-25T10:00:00Z");

  private final Server one = Statuses.server("bbb1");
  private final Server two = Statuses.server("bbb2");
  private Instant now = START;
  private final Tally tally = new Tally(() -> now);
  private final History history = new History(tally);

  private Duration sinceSweep = Duration.ofSeconds(2);
  private Function<BalancerStatus, SharedStatus> shared = BalancerStatus::shared;

  private Snapshot snapshot(List<Server> servers, UnaryOperator<ServerStatus> ofFirst) {
    BalancerStatus told = Statuses.of(servers, -1, CallbackStatus.NONE);
    List<BalancerStatus.OfServer> changed =
        told.servers().stream()
            .map(
                server ->
                    server.status().server().equals(servers.get(0))
                        ? new BalancerStatus.OfServer(
                            ofFirst.apply(server.status()),
                            server.meetings(),
                            server.calls(),
                            server.mostCalls(),
                            server.bbbVersion(),
                            server.seen(),
                            server.expectedLoad(),
                            sinceSweep,
                            null)
                        : server)
            .toList();
    return new Snapshot(
        now,
        new BalancerStatus(
            changed,
            told.placement(),
            told.caution(),
            told.meetings(),
            told.mostMeetings(),
            0,
            told.calls(),
            told.mostCalls(),
            told.callbacks(),
            told.tagFallbacks(),
            shared.apply(told)),
        tally,
        history.rates(),
        List.of(),
        Map.of(),
        true,
        START,
        Duration.ofMinutes(2));
  }

  private List<Trouble> troubles() {
    return Troubles.of(snapshot(List.of(one, two), UnaryOperator.identity()));
  }

  @Test
  void findsNothingIfAllIsWell() {
    assertThat(troubles()).isEmpty();
  }

  @Test
  void namesTheServerThatIsDownWithItsPeople() {
    Snapshot down =
        snapshot(
            List.of(one, two),
            status ->
                new ServerStatus(
                    one, Health.DOWN, true, status.load(), false, false, START, "no answer"));

    assertThat(Troubles.of(down))
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.code()).isEqualTo("server-down");
              assertThat(trouble.severity()).isEqualTo(Trouble.WARNING);
              assertThat(trouble.text()).isEqualTo("bbb1 is down");
              assertThat(trouble.since()).isEqualTo(START);
              assertThat(trouble.users()).isEqualTo(17);
              assertThat(trouble.cause()).isEqualTo("no answer");
            });
  }

  @Test
  void aSplitThatComesBackBeginsAnew() {
    MeetingId math = new MeetingId("math");
    tally.meetingSplit(math, one, 1, two, 1);
    tally.meetingSplit(new MeetingId("art"), one, 1, two, 1);
    now = START.plusSeconds(60);
    tally.keepSplits(List.of(new MeetingId("art")));
    tally.meetingSplit(math, one, 1, two, 1);

    assertThat(tally.splitSince(math)).isEqualTo(now);
    assertThat(tally.splitSince(new MeetingId("art"))).isEqualTo(START);
  }

  @Test
  void namesAServerThatMissedSeveralSweeps() {
    sinceSweep = Duration.ofSeconds(119);
    assertThat(troubles()).isEmpty();

    sinceSweep = Duration.ofSeconds(121);
    assertThat(troubles()).extracting(Trouble::code).containsExactly("sweep-stale");
  }

  private static Other other(String id, int formula, String... differences) {
    return new Other(Statuses.peer(id, formula, Map.of(), Set.of()), List.of(differences));
  }

  @Test
  void tellsThatTheStoreIsDownUntilItAnswers() {
    shared = Statuses::shared;
    tally.storeDown("redis://store.example.org:6379/0", "Connection refused");
    now = START.plusSeconds(60);
    assertThat(troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.code()).isEqualTo("store-down");
              assertThat(trouble.severity()).isEqualTo(Trouble.WARNING);
              assertThat(trouble.since()).isEqualTo(START);
              assertThat(trouble.cause()).isEqualTo("Connection refused");
              assertThat(trouble.details()).containsExactly("redis://store.example.org:6379/0");
              assertThat(trouble.advice())
                  .contains("Look at the store", "decides for itself")
                  .doesNotContain("refuse");
            });

    tally.storeUp("redis://store.example.org:6379/0");
    assertThat(troubles()).isEmpty();
  }

  @Test
  void aStoreThatIsDownIsGraveWhereCreatesAreRefusedWithoutIt() {
    shared = Statuses::refusing;
    tally.storeDown("redis://store.example.org:6379/0", "Connection refused");

    assertThat(troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.code()).isEqualTo("store-down");
              assertThat(trouble.severity()).isEqualTo(Trouble.CRITICAL);
              assertThat(trouble.text()).startsWith("no new room opens");
              assertThat(trouble.advice())
                  .contains("refuses creates", "balancers.store.down is refuse")
                  .doesNotContain("decides for itself");
            });
  }

  @Test
  void namesTheBalancersWhosePoolsDiffer() {
    shared =
        told ->
            Statuses.shared(
                told, other("lb2", 1, "bbb1", "bbb2"), other("lb3", 1), other("lb4", 1, "bbb7"));

    assertThat(troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.code()).isEqualTo("pool-differs");
              assertThat(trouble.severity()).isEqualTo(Trouble.WARNING);
              assertThat(trouble.details()).containsExactly("lb2: bbb1, bbb2", "lb4: bbb7");
            });

    shared = Statuses::shared;
    assertThat(troubles()).isEmpty();
  }

  @Test
  void doesNotNameAllServersOfAnotherPool() {
    String[] names = IntStream.rangeClosed(1, 40).mapToObj(i -> "bbb" + i).toArray(String[]::new);
    shared = told -> Statuses.shared(told, other("lb2", 1, names));

    assertThat(troubles())
        .singleElement()
        .satisfies(
            trouble ->
                assertThat(trouble.details())
                    .singleElement()
                    .asString()
                    .startsWith("lb2: bbb1, bbb2, ")
                    .endsWith(", bbb10 and 30 more"));
  }

  @Test
  void tellsSinceWhenABalancerDiffers() {
    shared = told -> Statuses.shared(told, other("lb2", 1, "bbb1"));
    troubles();
    now = START.plusSeconds(60);
    assertThat(troubles()).extracting(Trouble::since).containsExactly(START);

    tally.keepDiffering(List.of());
    assertThat(troubles()).extracting(Trouble::since).containsExactly(now);
  }

  @Test
  void tellsThatAnotherReleaseChoosesOtherServers() {
    shared = told -> Statuses.shared(told, other("lb2", 2, "formula 2 instead of 1"));

    assertThat(troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.code()).isEqualTo("formula-differs");
              assertThat(trouble.severity()).isEqualTo(Trouble.WARNING);
              assertThat(trouble.details())
                  .containsExactly("lb2: version 0.2.0, formula 2 instead of 1");
              assertThat(trouble.advice()).contains("the same release");
            });
  }

  private String verdict(Health health, boolean swept, boolean refusesSecret) throws IOException {
    Snapshot shown =
        snapshot(
            List.of(one, two),
            status ->
                new ServerStatus(
                    one, health, swept, status.load(), refusesSecret, false, START, ""));
    StringWriter text = new StringWriter();
    JsonWriter json = new JsonWriter(text);
    json.beginObject();
    ServerJson.write(json, shown.server("bbb1").orElseThrow(), shown);
    json.endObject();
    return JsonParser.parseString(text.toString()).getAsJsonObject().get("verdict").getAsString();
  }

  @Test
  void aServerThatNeverToldItsMeetingsIsNeitherUpNorDown() throws IOException {
    assertThat(verdict(Health.UP, false, false)).isEqualTo("unknown");
    assertThat(verdict(Health.UP, true, false)).isEqualTo("up");
    assertThat(verdict(Health.DOWN, false, false)).isEqualTo("down");
  }

  @Test
  void putsTheWorstFirst() {
    Snapshot none =
        snapshot(
            List.of(one, two.with(AdminState.CORDONED)),
            status ->
                new ServerStatus(one, Health.UP, true, status.load(), true, false, START, ""));

    assertThat(Troubles.of(none))
        .extracting(Trouble::code)
        .containsExactly("no-server", "secret-refused");
  }

  @Test
  void leavesADisabledServerAlone() {
    Snapshot disabled =
        snapshot(
            List.of(one, two),
            status ->
                new ServerStatus(
                    one.with(AdminState.DISABLED),
                    Health.DOWN,
                    true,
                    status.load(),
                    false,
                    false,
                    START,
                    ""));

    assertThat(Troubles.of(disabled)).isEmpty();
  }

  @Test
  void tellsSinceWhenCallsFail() {
    for (int i = 0; i < 6; i++) {
      tally.callAnswered(ApiCall.CREATE, "house", CallOutcome.RELAYED, 1);
    }
    now = START.plusSeconds(10);
    for (int i = 0; i < 6; i++) {
      tally.callAnswered(ApiCall.CREATE, "house", CallOutcome.FAILED, 1);
      now = now.plusSeconds(1);
    }

    assertThat(troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.code()).isEqualTo("calls-failing");
              assertThat(trouble.severity()).isEqualTo(Trouble.CRITICAL);
              assertThat(trouble.text()).isEqualTo("50 % of calls fail");
              assertThat(trouble.since()).isEqualTo(START.plusSeconds(10));
            });
  }

  @Test
  void tellsMistakesOfThePoolFileUntilItIsRight() {
    tally.poolRefused(List.of("servers[2].secret: missing."));
    assertThat(troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.code()).isEqualTo("pool-file-invalid");
              assertThat(trouble.details()).containsExactly("servers[2].secret: missing.");
            });

    tally.poolChanged(new PoolChange(List.of(), List.of(), List.of("bbb1")));
    assertThat(troubles()).isEmpty();
  }

  @Test
  void tellsALastingOverloadAndListsThatAreNotComplete() {
    tally.overload(new Overload(null, 10, 0));
    tally.swept(one, SweepOutcome.UNKNOWN, Duration.ZERO);
    tally.swept(two, SweepOutcome.DAMAGED, Duration.ZERO);
    assertThat(troubles())
        .extracting(Trouble::code)
        .containsExactlyInAnyOrder("overloaded", "list-unknown", "list-damaged");

    tally.overload(new Overload(null, 10, 5));
    tally.swept(one, SweepOutcome.COMPLETE, Duration.ZERO);
    tally.swept(two, SweepOutcome.COMPLETE, Duration.ZERO);
    assertThat(troubles()).isEmpty();
  }

  @Test
  void forgetsAMistakeOfTinyscaleAfterAWhile() {
    tally.bug(ApiCall.END, new IllegalStateException(), RequestTrace.NONE);
    assertThat(troubles()).extracting(Trouble::code).containsExactly("bug");

    now = START.plus(Duration.ofMinutes(11));
    assertThat(troubles()).isEmpty();
  }

  @Test
  void keepsPointsOfFifteenMinutes() {
    for (int i = 0; i < 200; i++) {
      tally.joined(one);
      history.add(now, i, 2, null);
    }

    String json = Answers.text(history::write);
    assertThat(json)
        .contains("\"stepSeconds\":5", "\"asOf\":\"2026-11-25T10:00:00Z\"")
        .contains("\"users\":[20,21,", ",198,199]")
        .contains("\"slowestMillis\":[null,");
    assertThat(history.rates().joinsPerMinute()).isEqualTo(11);
  }
}
