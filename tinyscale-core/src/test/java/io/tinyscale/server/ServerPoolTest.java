package io.tinyscale.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerPoolTest {

  private static Server server(String name, AdminState state) {
    return new Server(
        name,
        URI.create("https://" + name + ".example.org/bigbluebutton/api"),
        Secret.of("sesame"),
        ChecksumAlgorithm.SHA256,
        1,
        Set.of(),
        state);
  }

  private final Server bbb1 = server("bbb1", AdminState.ENABLED);
  private final Server bbb2 = server("bbb2", AdminState.CORDONED);
  private final Server bbb3 = server("bbb3", AdminState.DISABLED);
  private final ServerPool pool = new ServerPool(List.of(bbb1, bbb2, bbb3), 2, 2);

  @Test
  void keepsTheOrderOfThePoolFile() {
    pool.failed(bbb2, true);
    pool.passed(bbb1);

    assertThat(pool.snapshot()).extracting(ServerStatus::server).containsExactly(bbb1, bbb2, bbb3);
  }

  @Test
  void beginsUpAndUnswept() {
    assertThat(pool.snapshot())
        .allSatisfy(status -> assertThat(status.health()).isEqualTo(Health.UP))
        .noneMatch(ServerStatus::swept);
  }

  @Test
  void theAdminStateDecidesWhichCallsAServerGets() {
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(bbb1);
    assertThat(pool.servers(ServerStatus::inUse)).containsExactly(bbb1, bbb2);
    assertThat(pool.servers(ServerStatus::reachable)).containsExactly(bbb1, bbb2);
  }

  @Test
  void aServerThatIsDownGetsNoNewMeetingButKeepsItsOwn() {
    pool.startsDown(bbb1);

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).isEmpty();
    assertThat(pool.servers(ServerStatus::inUse)).containsExactly(bbb1, bbb2);
    assertThat(pool.servers(ServerStatus::reachable)).containsExactly(bbb2);
  }

  @Test
  void reportsTheResultThatFlipsTheVerdict() {
    assertThat(pool.failed(bbb1, true)).isFalse();
    assertThat(pool.failed(bbb1, true)).isTrue();
    assertThat(pool.failed(bbb1, true)).isFalse();
    assertThat(pool.passed(bbb1)).isFalse();
    assertThat(pool.passed(bbb1)).isTrue();
    assertThat(pool.passed(bbb1)).isFalse();
  }

  @Test
  void remembersThatAServerToldItsMeetings() {
    pool.passed(bbb1);
    pool.failed(bbb1, true);
    pool.failed(bbb1, true);

    assertThat(pool.status("bbb1")).get().matches(ServerStatus::swept);
    assertThat(pool.status("bbb2")).get().matches(status -> !status.swept());
  }

  @Test
  void aSnapshotDoesNotChange() {
    List<ServerStatus> before = pool.snapshot();

    pool.startsDown(bbb1);

    assertThat(before.get(0).health()).isEqualTo(Health.UP);
  }

  @Test
  void ignoresAServerThatIsNotInIt() {
    Server stranger = server("stranger", AdminState.ENABLED);

    assertThat(pool.failed(stranger, true)).isFalse();
    assertThat(pool.passed(stranger)).isFalse();
    assertThat(pool.beginCreate(stranger)).isTrue();
    assertThat(pool.status("stranger")).isEmpty();
    assertThat(pool.snapshot()).hasSize(3);
  }

  @Test
  void aLateResultKeepsTheNewConfiguration() {
    Server before = server("bbb1", AdminState.DISABLED);

    pool.passed(before);
    pool.failed(before, true);
    pool.startsDown(before);

    assertThat(pool.status("bbb1").orElseThrow().server()).isEqualTo(bbb1);
  }

  @Test
  void exactlyOneOfManyThreadsFlipsTheVerdict() {
    AtomicInteger flips = new AtomicInteger();

    IntStream.range(0, 200)
        .parallel()
        .forEach(i -> flips.addAndGet(pool.failed(bbb1, true) ? 1 : 0));

    assertThat(flips).hasValue(1);
  }

  @Test
  void aServerPrintsWithoutItsSecret() {
    assertThat(bbb1.toString()).contains("bbb1").doesNotContain("sesame");
    assertThat(pool.snapshot().toString()).doesNotContain("sesame");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://h/bigbluebutton/api/", "/bigbluebutton/api", "mailto:a@b"})
  void refusesAnInvalidAddress(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Server.of("x", URI.create(address), Secret.of("s")));
  }

  @ParameterizedTest
  @CsvSource({"enabled, ENABLED", "cordoned, CORDONED", "disabled, DISABLED"})
  void statesHaveNamesInThePoolFile(String name, AdminState state) {
    assertThat(AdminState.named(name)).contains(state);
    assertThat(AdminState.named(name.toUpperCase(Locale.ROOT))).isEmpty();
  }

  @Test
  void theAdminStateOverridesTheVerdict() {
    for (int i = 0; i < 3; i++) {
      pool.passed(bbb2);
      pool.passed(bbb3);
      pool.erred(bbb2, false, 0, Duration.ofSeconds(1));
    }

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(bbb1);
    assertThat(pool.servers(ServerStatus::reachable)).containsExactly(bbb1, bbb2);
    assertThat(pool.status("bbb2").orElseThrow().health().isEjected())
        .as("it gets no new meetings anyway")
        .isFalse();
  }

  // Another pool file.

  @Test
  void aServerThatStaysKeepsItsHealth() {
    pool.startsDown(bbb1);
    Server heavier =
        new Server(
            "bbb1", bbb1.api(), bbb1.secret(), bbb1.algorithm(), 5, Set.of("a"), bbb1.state());

    PoolChange change = pool.replace(List.of(bbb3, bbb2, heavier), Set.of());

    assertThat(change).isEqualTo(new PoolChange(List.of(), List.of(), List.of("bbb1")));
    assertThat(pool.status("bbb1").orElseThrow().server()).isEqualTo(heavier);
    assertThat(pool.status("bbb1").orElseThrow().health().isUp()).isFalse();
    assertThat(pool.snapshot())
        .extracting(ServerStatus::server)
        .containsExactly(bbb3, bbb2, heavier);
  }

  @Test
  void aRemovedServerIsCordonedAndThenDropped() {
    PoolChange change = pool.replace(List.of(bbb2), Set.of());

    assertThat(change.removed()).containsExactly("bbb1", "bbb3");
    assertThat(pool.status("bbb1")).get().matches(ServerStatus::leaving);
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).isEmpty();
    assertThat(pool.status("bbb3")).as("disabled: it holds nothing").isEmpty();
    assertThat(pool.replace(List.of(bbb2), Set.of()).isEmpty()).isTrue();
    assertThat(pool.drop(bbb1)).isTrue();
    assertThat(pool.drop(bbb1)).isFalse();
    assertThat(pool.drop(bbb2)).as("it is in the file").isFalse();
    assertThat(pool.snapshot()).hasSize(1);
  }

  @Test
  void aRemovedServerThatIsDownIsGone() {
    pool.startsDown(bbb1);

    pool.replace(List.of(bbb2), Set.of());

    assertThat(pool.status("bbb1")).isEmpty();
  }

  @Test
  void aRenamedServerReplacesTheOldEntry() {
    Server renamed = Server.of("first", bbb1.api(), bbb1.secret());

    PoolChange change = pool.replace(List.of(renamed, bbb2, bbb3), Set.of("first"));

    assertThat(change).isEqualTo(new PoolChange(List.of("first"), List.of("bbb1"), List.of()));
    assertThat(pool.status("bbb1")).isEmpty();
    assertThat(pool.status("first")).get().matches(ServerStatus::takesNewMeetings);
  }

  @Test
  void aNewServerTakesMeetingsOnlyIfItAnswered() {
    Server moved =
        Server.of("bbb2", URI.create("https://other.example.org/api"), Secret.of("sesame"));
    Server enabled = server("bbb3", AdminState.ENABLED);
    Server added = server("bbb4", AdminState.ENABLED);
    List<Server> servers = List.of(bbb1, moved, enabled, added);

    assertThat(pool.newcomers(servers)).containsExactly(moved, enabled, added);
    pool.replace(servers, Set.of("bbb4"));

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(bbb1, added);
  }

  @Test
  void aDisabledServerIsNoNewcomer() {
    assertThat(pool.newcomers(List.of(bbb1, server("bbb4", AdminState.DISABLED)))).isEmpty();
  }

  @Test
  void aServerRefusesOurSecretUntilThePoolFileHasAnother() {
    Server heavier =
        new Server("bbb1", bbb1.api(), bbb1.secret(), bbb1.algorithm(), 5, Set.of(), bbb1.state());
    Server renewed = Server.of("bbb1", bbb1.api(), Secret.of("another"));
    pool.refusedSecret(bbb1);

    pool.replace(List.of(heavier, bbb2), Set.of());
    assertThat(pool.status("bbb1")).get().matches(ServerStatus::refusesSecret);
    assertThat(pool.status("bbb2")).get().matches(status -> !status.refusesSecret());

    pool.replace(List.of(renewed, bbb2), Set.of());
    assertThat(pool.status("bbb1")).get().matches(status -> !status.refusesSecret());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void refusesAServerWithoutWeight(int weight) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Server(
                    "x",
                    bbb1.api(),
                    bbb1.secret(),
                    bbb1.algorithm(),
                    weight,
                    Set.of(),
                    AdminState.ENABLED));
  }

  @Test
  void aServerWithoutMeetingsHasAKnownLoad() {
    assertThat(new ServerLoad(0, 0, 0).isKnown()).isTrue();
    assertThat(ServerLoad.UNKNOWN.isKnown()).isFalse();
  }

  @Test
  void reportsTheListThatMakesAServerUp() {
    ServerLoad load = new ServerLoad(1, 2, 0);
    pool.startsDown(bbb1);

    assertThat(pool.passed(bbb1, true, load)).isFalse();
    assertThat(pool.passed(bbb1, true, load)).isTrue();
    assertThat(pool.passed(bbb1, true, load)).isFalse();
  }

  // Real calls.

  private static final Duration OUT = Duration.ofSeconds(10);
  private static final Duration LONGEST = OUT.multipliedBy(32);

  /** The clock overflows before the first ejection ends. */
  private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

  private final ServerPool enabled =
      new ServerPool(List.of(bbb1, server("bbb4", AdminState.ENABLED)), 2, 2);

  /** Until when the first server is out, if this failure ejects it. */
  private Optional<Long> fails(boolean toCreate, long now) {
    return enabled.erred(bbb1, toCreate, now, OUT);
  }

  /** Ejects the first server; tells until when. */
  private long ejected(long now) {
    assertThat(fails(true, now)).isEmpty();
    return fails(true, now).orElseThrow();
  }

  @Test
  void anAnswerBeginsTheCountOfFailuresAnew() {
    fails(false, START);
    enabled.answered(bbb1, false);

    assertThat(fails(false, START)).isEmpty();
    assertThat(fails(false, START)).isPresent();
  }

  @Test
  void aCreateThatPassesBeginsTheCountOfFailedCreatesAnew() {
    fails(true, START);
    enabled.answered(bbb1, false);
    enabled.answered(bbb1, true);

    assertThat(fails(true, START)).isEmpty();
    enabled.answered(bbb1, false);
    assertThat(fails(true, START)).isPresent();
  }

  @Test
  void anAnswerEndsTheDoubtAfterAFailedSweep() {
    pool.failed(bbb1, true);
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).isEmpty();

    pool.answered(bbb1, false);

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(bbb1);
  }

  @Test
  void anEjectionEndsAtItsTime() {
    long until = ejected(START);

    assertThat(until - START).isEqualTo(OUT.toNanos());
    assertThat(enabled.readmit(bbb1, until - 1)).isFalse();
    assertThat(enabled.readmit(bbb1, until)).isTrue();
  }

  @Test
  void ejectionsBeginAnewOnceAServerHasDoneWithoutForTheLongestTime() {
    long first = ejected(START);
    enabled.readmit(bbb1, first);
    enabled.answered(bbb1, true);

    long later = first + LONGEST.toNanos();
    long second = ejected(later);
    assertThat(second - later).isEqualTo(OUT.multipliedBy(2).toNanos());
    enabled.readmit(bbb1, second);
    enabled.answered(bbb1, true);

    long muchLater = second + LONGEST.toNanos() + 1;
    assertThat(ejected(muchLater) - muchLater).isEqualTo(OUT.toNanos());
  }

  @Test
  void aServerOnTrialGetsOneCreateAtATime() {
    enabled.readmit(bbb1, ejected(START));

    assertThat(enabled.beginCreate(bbb1)).isTrue();
    assertThat(enabled.beginCreate(bbb1)).isFalse();
    enabled.endCreate(bbb1);
    assertThat(enabled.beginCreate(bbb1)).isTrue();
  }

  @Test
  void aServerOnTrialIsOutAgainIfItsCreateFails() {
    long until = ejected(START);
    enabled.readmit(bbb1, until);
    enabled.beginCreate(bbb1);

    assertThat(fails(true, until)).contains(until + OUT.multipliedBy(2).toNanos());
    enabled.endCreate(bbb1);
    assertThat(enabled.status("bbb1")).get().matches(status -> status.health().isEjected());
  }

  @Test
  void aServerThatIsUpGetsAnyNumberOfCreates() {
    assertThat(enabled.beginCreate(bbb1)).isTrue();
    assertThat(enabled.beginCreate(bbb1)).isTrue();
  }

  @Test
  void callsThatFailWhileAServerIsOutDoNotCount() {
    long until = ejected(START);
    fails(false, START);
    fails(false, START);
    enabled.readmit(bbb1, until);

    assertThat(fails(false, until)).isEmpty();
  }

  private static Server with(String name, String secret) {
    return Server.of(
        name, URI.create("https://" + name + ".example.org/bigbluebutton/api"), Secret.of(secret));
  }

  @Test
  void knowsTheSecretsOfAllServersAndOfEarlierVersionsOfThePool() {
    Server disabled = with("bbb3", "three").with(AdminState.DISABLED);
    ServerPool changing =
        new ServerPool(List.of(with("bbb1", "one"), with("bbb2", "two"), disabled), 2, 2);
    assertThat(changing.secrets())
        .containsExactly(Secret.of("one"), Secret.of("two"), Secret.of("three"));

    changing.replace(List.of(with("bbb1", "new"), disabled), Set.of());
    changing.drop(with("bbb2", "two"));
    changing.replace(List.of(with("bbb4", "two"), with("bbb5", "new")), Set.of());

    assertThat(changing.secrets())
        .containsExactly(Secret.of("two"), Secret.of("new"), Secret.of("three"), Secret.of("one"));
  }

  @Test
  void forgetsTheOldestSecretsIfThereAreTooMany() {
    ServerPool changing = new ServerPool(List.of(with("bbb1", "first")), 2, 2);

    for (int i = 0; i < 1_000; i++) {
      changing.replace(List.of(with("bbb1", "secret" + i)), Set.of());
    }
    assertThat(changing.secrets()).hasSize(1_001).endsWith(Secret.of("first"));
    changing.replace(List.of(with("bbb1", "last")), Set.of());

    assertThat(changing.secrets())
        .hasSize(1_001)
        .startsWith(Secret.of("last"), Secret.of("secret999"))
        .doesNotContain(Secret.of("first"));
  }

  private static final Instant EVENING = Instant.parse("2026-11-25T20:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(EVENING);
  private final ServerPool timed = new ServerPool(List.of(bbb1, bbb2), 2, 2, now::get);

  private void pass(int seconds) {
    now.updateAndGet(time -> time.plusSeconds(seconds));
  }

  private void assertSince(int seconds, String cause) {
    ServerStatus status = timed.status("bbb1").orElseThrow();
    assertThat(status.since()).isEqualTo(EVENING.plusSeconds(seconds));
    assertThat(status.cause()).isEqualTo(cause);
  }

  @Test
  void tellsSinceWhenAServerIsDownAndWhy() {
    pass(10);
    timed.failed(bbb1, true, "no answer in 5 s");
    assertSince(0, "no answer in 5 s");

    pass(10);
    timed.failed(bbb1, true, "connection refused");
    assertSince(20, "connection refused");

    pass(10);
    timed.failed(bbb1, true, "no answer in 5 s");
    timed.passed(bbb1);
    assertSince(20, "no answer in 5 s");

    pass(10);
    timed.passed(bbb1);
    assertSince(40, "");
  }

  @Test
  void aDoubtThatPassedLeavesNoCause() {
    pass(10);
    timed.failed(bbb1, true, "no answer in 5 s");
    timed.heard(bbb1);

    assertSince(0, "");
  }

  @Test
  void tellsSinceWhenAServerIsOutAndWhy() {
    ServerPool two =
        new ServerPool(List.of(bbb1, server("bbb4", AdminState.ENABLED)), 2, 2, now::get);
    pass(10);
    two.erred(bbb1, true, 0, Duration.ofSeconds(1), "HTTP 500");
    two.erred(bbb1, true, 0, Duration.ofSeconds(1), "HTTP 502");
    ServerStatus ejected = two.status("bbb1").orElseThrow();
    pass(10);
    two.readmit(bbb1, Duration.ofSeconds(1).toNanos());
    pass(10);
    two.beginCreate(bbb1);
    ServerStatus tried = two.status("bbb1").orElseThrow();
    two.answered(bbb1, true);

    assertThat(ejected.since()).isEqualTo(EVENING.plusSeconds(10));
    assertThat(ejected.cause()).isEqualTo("HTTP 502");
    assertThat(tried.since()).isEqualTo(EVENING.plusSeconds(20));
    assertThat(tried.cause()).isEqualTo("HTTP 502");
    assertThat(two.status("bbb1").orElseThrow().since()).isEqualTo(EVENING.plusSeconds(30));
    assertThat(two.status("bbb1").orElseThrow().cause()).isEmpty();
  }

  @Test
  void tellsSinceWhenAServerRefusesOurSecret() {
    pass(10);
    timed.refusedSecret(bbb1);
    pass(10);
    timed.refusedSecret(bbb1);
    assertSince(10, "it refuses our secret");

    pass(10);
    timed.passed(bbb1);
    assertSince(30, "");
  }

  @Test
  void anotherWillOfTheOperatorIsNoOtherVerdict() {
    pass(10);
    timed.replace(List.of(bbb1.with(AdminState.CORDONED), bbb2), Set.of());

    assertSince(0, "");
  }

  @Test
  void aLongCauseIsCut() {
    timed.failed(bbb1, true, "x".repeat(10_000));

    assertThat(timed.status("bbb1").orElseThrow().cause()).hasSize(200);
  }
}
