package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.Located;
import io.tinyscale.observe.ReadSource;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.store.SharedStatus;
import io.tinyscale.store.StoreSettings.WhenDown;
import io.tinyscale.tenant.MeetingId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Events become series: each counts once, whenever the library for metrics is loaded. */
class EventCountsTest {

  private static final Server BBB1 = Statuses.server("bbb1");
  private static final Server BBB2 = Statuses.server("bbb2");

  private final List<Server> pool = new ArrayList<>(List.of(BBB1, BBB2));
  private final LateObserver observer = new LateObserver();
  private final Metrics metrics =
      new Metrics(this::status, () -> true, observer, new AdminCounts());

  private UnaryOperator<BalancerStatus> shared = UnaryOperator.identity();

  private BalancerStatus status() {
    return shared.apply(Statuses.of(pool, -1, CallbackStatus.NONE));
  }

  private List<String> scrape() {
    return new String(metrics.scrape("").body().bytes().orElseThrow(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  @Test
  void countsCallsByTheirOutcomes() {
    metrics.load();

    observer.callAnswered(ApiCall.CREATE, "house", CallOutcome.RELAYED, 20_000_000);
    observer.callAnswered(ApiCall.CREATE, "house", CallOutcome.DECLINED, 20_000_000);
    observer.callAnswered(ApiCall.CREATE, "house", CallOutcome.FAILED, 2_000_000_000);
    observer.answerEnded(ApiCall.CREATE, 20_000_000, 300);
    observer.answerEnded(ApiCall.CREATE, 24_000_000, 200);
    observer.answerEnded(ApiCall.CREATE, 2_000_000_000, 100);
    observer.bodyReceived(4_000);
    observer.bodyReceived(96);
    observer.callAnswered(ApiCall.named("getJoinUrl"), "", CallOutcome.REFUSED, 1);
    observer.callAnswered(ApiCall.named("newCall"), "", CallOutcome.DENIED, 1);
    observer.callAnswered(ApiCall.ROOT, "", CallOutcome.ANSWERED, 1);

    assertThat(scrape())
        .contains(
            "tinyscale_calls_total{call=\"create\",outcome=\"ok\"} 2.0",
            "tinyscale_calls_total{call=\"create\",outcome=\"failed\"} 1.0",
            "tinyscale_calls_total{call=\"other\",outcome=\"refused\"} 1.0",
            "tinyscale_calls_total{call=\"other\",outcome=\"denied\"} 1.0",
            "tinyscale_calls_total{call=\"root\",outcome=\"ok\"} 1.0",
            "tinyscale_call_duration_seconds_bucket{call=\"create\",le=\"0.025\"} 2",
            "tinyscale_call_duration_seconds_count{call=\"create\"} 3",
            "tinyscale_answer_body_bytes_total 600.0",
            "tinyscale_request_body_bytes_total 4096.0");
  }

  @Test
  void showsSuccessAndFailureOfEveryCallFromTheStart() {
    assertThat(scrape())
        .contains(
            "tinyscale_calls_total{call=\"join\",outcome=\"ok\"} 0.0",
            "tinyscale_calls_total{call=\"join\",outcome=\"failed\"} 0.0")
        .noneMatch(line -> line.contains("getJoinUrl"));
  }

  @Test
  void countsWhatHappenedBeforeTheLibraryWasLoaded() {
    observer.callAnswered(ApiCall.JOIN, "house", CallOutcome.REDIRECTED, 1_000_000);
    observer.answerEnded(ApiCall.JOIN, 1_000_000, 0);
    observer.attemptEnded(BBB1, ApiCall.CREATE, AttemptOutcome.NOT_BBB, 1_000_000);
    observer.swept(BBB1, SweepOutcome.COMPLETE, Duration.ofMillis(250));
    observer.poolChanged(new PoolChange(List.of("bbb1"), List.of(), List.of()));

    assertThat(scrape())
        .contains(
            "tinyscale_calls_total{call=\"join\",outcome=\"ok\"} 1.0",
            "tinyscale_call_duration_seconds_count{call=\"join\"} 1",
            "tinyscale_upstream_attempts_total{outcome=\"defect\",server=\"bbb1\"} 1.0",
            "tinyscale_server_sweeps_total{result=\"passed\",server=\"bbb1\"} 1.0",
            "tinyscale_server_sweep_duration_seconds{server=\"bbb1\"} 0.25",
            "tinyscale_pool_reloads_total{result=\"changed\"} 1.0");
  }

  @Test
  void losesAndDoublesNothingWhileTheLibraryIsLoaded() throws InterruptedException {
    int each = 20_000;
    CountDownLatch begun = new CountDownLatch(2);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread caller =
          new Thread(
              () -> {
                for (int call = 0; call < each; call++) {
                  observer.callAnswered(ApiCall.END, "house", CallOutcome.RELAYED, 1);
                  observer.answerEnded(ApiCall.END, 1, 7);
                  if (call == each / 10) {
                    begun.countDown();
                  }
                }
              });
      callers.add(caller);
      caller.start();
    }
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();

    metrics.load();
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(scrape())
        .contains("tinyscale_calls_total{call=\"end\",outcome=\"ok\"} " + 2.0 * each)
        .contains("tinyscale_call_duration_seconds_count{call=\"end\"} " + 2 * each);
  }

  @Test
  void aServersSeriesLeaveWithTheServer() {
    observer.attemptEnded(BBB2, ApiCall.CREATE, AttemptOutcome.ANSWERED, 1_000_000);
    observer.swept(BBB2, SweepOutcome.COMPLETE, Duration.ofMillis(1));
    observer.serverEjected(BBB2, Duration.ofSeconds(10), "x");
    assertThat(scrape()).anyMatch(line -> line.contains("server=\"bbb2\""));

    pool.remove(BBB2);

    assertThat(scrape()).noneMatch(line -> line.contains("server=\"bbb2\""));
  }

  @Test
  void forgetsAgainAServerOfWhichSomethingIsToldAfterItHasLeft() {
    scrape();
    pool.removeIf(server -> server.name().equals("bbb2"));
    scrape();
    observer.swept(Statuses.server("bbb2"), SweepOutcome.SILENT, Duration.ofMillis(1));
    scrape();

    assertThat(scrape()).noneMatch(line -> line.contains("server=\"bbb2\""));
  }

  @Test
  void keepsWhatANewServerDidBeforeThePoolShowsIt() {
    Server bbb3 = Statuses.server("bbb3");
    observer.swept(bbb3, SweepOutcome.COMPLETE, Duration.ofMillis(1));
    scrape();

    pool.add(bbb3);

    assertThat(scrape())
        .contains("tinyscale_server_sweeps_total{result=\"passed\",server=\"bbb3\"} 1.0");
  }

  @Test
  void showsThatThePoolFileIsWrongUntilItIsRight() {
    observer.poolRefused(List.of("servers[0].host: missing"));
    assertThat(scrape()).contains("tinyscale_pool_file_valid 0.0");

    observer.poolChanged(new PoolChange(List.of(), List.of(), List.of("bbb1")));

    assertThat(scrape()).contains("tinyscale_pool_file_valid 1.0");
  }

  @Test
  void theOldPoolFileIsRightAsWell() {
    observer.poolRefused(List.of("servers[0].host: missing"));

    observer.poolUnchanged();

    assertThat(scrape())
        .contains(
            "tinyscale_pool_file_valid 1.0",
            "tinyscale_pool_reloads_total{result=\"unchanged\"} 1.0",
            "tinyscale_pool_reloads_total{result=\"refused\"} 1.0");
  }

  @Test
  void showsListsThatCannotBeReadUntilTheyCan() {
    observer.swept(BBB1, SweepOutcome.DAMAGED, Duration.ofMillis(1));
    observer.swept(BBB2, SweepOutcome.UNKNOWN, Duration.ofMillis(1));
    assertThat(scrape())
        .contains(
            "tinyscale_server_list_damaged{server=\"bbb1\"} 1.0",
            "tinyscale_server_list_unknown{server=\"bbb2\"} 1.0");

    observer.swept(BBB1, SweepOutcome.COMPLETE, Duration.ofMillis(1));
    observer.swept(BBB2, SweepOutcome.COMPLETE, Duration.ofMillis(1));

    assertThat(scrape())
        .contains(
            "tinyscale_server_list_damaged{server=\"bbb1\"} 0.0",
            "tinyscale_server_list_unknown{server=\"bbb2\"} 0.0");
  }

  @Test
  void showsWhatServersCarry() {
    assertThat(scrape())
        .contains(
            "tinyscale_server_up{server=\"bbb1\"} 1.0",
            "tinyscale_server_users{server=\"bbb1\"} 17.0",
            "tinyscale_server_admin_state{server=\"bbb1\",state=\"enabled\"} 1.0",
            "tinyscale_server_admin_state{server=\"bbb1\",state=\"cordoned\"} 0.0",
            "tinyscale_server_info{bbb_version=\"3.0.4\",host=\"bbb1.example.org\",server=\"bbb1\"} 1",
            "tinyscale_servers_available 2.0",
            "tinyscale_meetings_split 1.0",
            "tinyscale_alone 1.0")
        .noneMatch(line -> line.contains("expected_load"))
        .noneMatch(line -> line.contains("s3cr3t"));
  }

  @Test
  void countsReadsLocatesAndJoins() {
    observer.readServed(ReadSource.COALESCED);
    metrics.load();
    observer.readServed(ReadSource.COALESCED);
    observer.located(Located.REMEMBERED);
    observer.joined(BBB2);
    observer.createConfirmed(new MeetingId("math"), BBB2, BBB2, Confirmed.KEPT);

    assertThat(scrape())
        .contains(
            "tinyscale_creates_confirmed_total{result=\"kept\"} 1.0",
            "tinyscale_creates_confirmed_total{result=\"yielded\"} 0.0",
            "tinyscale_reads_total{how=\"coalesced\"} 2.0",
            "tinyscale_reads_total{how=\"asked\"} 0.0",
            "tinyscale_locates_total{result=\"remembered\"} 1.0",
            "tinyscale_server_joins_total{server=\"bbb2\"} 1.0",
            "tinyscale_server_joins_total{server=\"bbb1\"} 0.0");
  }

  @Test
  void countsClaimsAndTimesTheStore() {
    observer.claimed(ClaimResult.GIVEN_UP);
    observer.storeAsked(400_000, true);
    metrics.load();
    observer.claimed(ClaimResult.NEW);
    observer.claimed(ClaimResult.NEW);
    observer.storeAsked(30_000_000, true);
    observer.storeAsked(1_000, false);

    assertThat(scrape())
        .contains(
            "tinyscale_claims_total{result=\"given_up\"} 1.0",
            "tinyscale_claims_total{result=\"new\"} 2.0",
            "tinyscale_claims_total{result=\"unavailable\"} 0.0",
            "tinyscale_store_duration_seconds_bucket{le=\"5.0E-4\"} 1",
            "tinyscale_store_duration_seconds_bucket{le=\"0.05\"} 2",
            "tinyscale_store_duration_seconds_count 2");
  }

  @Test
  void showsTheStoreAndTheOtherBalancers() {
    shared =
        status ->
            Statuses.with(
                status,
                Statuses.shared(
                    status,
                    new SharedStatus.Other(
                        Statuses.peer("lb2", 1, Map.of(), Set.of()), List.of("bbb1", "bbb2")),
                    new SharedStatus.Other(Statuses.self(pool), List.of())));

    assertThat(scrape())
        .contains(
            "tinyscale_store_up 1.0",
            "tinyscale_store_young 0.0",
            "tinyscale_balancers_seen 2.0",
            "tinyscale_pool_differs 1.0");
  }

  @Test
  void showsAStoreThatIsDownOrYoung() {
    shared = status -> Statuses.with(status, store(status, false, false));
    assertThat(scrape()).contains("tinyscale_store_up 0.0");

    shared = status -> Statuses.with(status, store(status, true, true));
    assertThat(scrape()).contains("tinyscale_store_up 1.0", "tinyscale_store_young 1.0");
  }

  private static SharedStatus store(BalancerStatus status, boolean up, boolean young) {
    return new SharedStatus(
        status.shared().self(),
        status.shared().pool(),
        "redis://x",
        up,
        young,
        WhenDown.DEGRADE,
        List.of());
  }

  @Test
  void showsNoStoreWhereThereIsNone() {
    assertThat(scrape())
        .noneMatch(
            line ->
                line.startsWith("tinyscale_store_up")
                    || line.startsWith("tinyscale_balancers_seen")
                    || line.startsWith("tinyscale_pool_differs"));
  }

  @Test
  void hasTheExportersSeriesOfEachServer() {
    observer.swept(BBB1, SweepOutcome.COMPLETE, Duration.ofMillis(1));

    assertThat(metrics.scrapeServers("").body().bytes())
        .hasValueSatisfying(
            bytes ->
                assertThat(new String(bytes, StandardCharsets.UTF_8).lines())
                    .contains(
                        "bbb_api_up{instance=\"bbb1\"} 1.0",
                        "bbb_version{instance=\"bbb1\",version=\"3.0.4\"} 1.0",
                        "bbb_unique_meetings_total{instance=\"bbb2\"} 5.0",
                        "bbb_unique_breakout_rooms_total{instance=\"bbb2\"} 2.0",
                        "bbb_api_latency_bucket{endpoint=\"getMeetings\",instance=\"bbb1\","
                            + "parameters=\"\",le=\"0.01\"} 1",
                        "bbb_meetings{instance=\"bbb2\"} 2.0",
                        "bbb_meetings_participants{instance=\"bbb1\"} 17.0",
                        "bbb_meetings_participants_origin{instance=\"bbb1\",name=\"moodle\","
                            + "server=\"moodle.example.org\"} 17.0",
                        "bbb_meetings_participants_max{instance=\"bbb1\"} 16.0",
                        "# TYPE bbb_room_participants histogram",
                        "bbb_room_participants_bucket{instance=\"bbb1\",le=\"1.0\"} 1",
                        "bbb_room_participants_bucket{instance=\"bbb1\",le=\"30.0\"} 2",
                        "bbb_room_participants_bucket{instance=\"bbb1\",le=\"+Inf\"} 2",
                        "bbb_room_participants_gcount{instance=\"bbb1\"} 2",
                        "bbb_room_participants_gsum{instance=\"bbb1\"} 17.0",
                        "bbb_room_video_participants_bucket{instance=\"bbb1\",le=\"120.0\"} 0")
                    .noneMatch(
                        line ->
                            line.contains("bbb_room_video_participants_bucket")
                                && line.contains("150")));
  }

  @Test
  void hasTheSeriesOfTheProcess() {
    assertThat(scrape())
        .anyMatch(line -> line.startsWith("process_start_time_seconds "))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "))
        .anyMatch(line -> line.startsWith("jvm_threads_current "));
  }

  @Test
  void writesTheFormatThatIsAskedFor() {
    assertThat(metrics.scrape("").contentType())
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    Exposition open = metrics.scrape("application/openmetrics-text; version=1.0.0");
    assertThat(open.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(new String(open.body().bytes().orElseThrow(), StandardCharsets.UTF_8))
        .endsWith("# EOF\n");
  }
}
