package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.ServerScore;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.ExpectedLoad.NearEqual;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExpectedLoadTest {

  /** Weights 4, 2.5 and 1.5, as whole numbers. */
  private final LoadScene scene = new LoadScene(40, 25, 15);

  @Test
  void tenUnknownMeetingsFillTheServersByTheirWeights() {
    List<String> chosen =
        IntStream.range(0, 10).mapToObj(i -> scene.place("m" + i).name()).toList();

    assertThat(chosen.subList(0, 7)).containsExactly("A", "A", "B", "A", "A", "B", "A");
    assertThat(chosen.subList(7, 10)).containsExactlyInAnyOrder("A", "B", "C");
    assertThat(scene.loads()).isEqualTo(Map.of("A", 180.0, "B", 90.0, "C", 30.0));
  }

  @Test
  void largeMeetingsThatAreKnownLeaveRoomForOthers() {
    String second = scene.idPreferring("B", "seminar");
    scene.remember("A", "lecture", 250);
    scene.remember("A", second, 120);
    scene.servers.forEach(server -> scene.sweep(server.name(), Map.of()));
    String tied = scene.idPreferring("B", "tied");

    assertThat(
            List.of("lecture", "m1", "m2", tied, "m4", second, "m6", "m7").stream()
                .map(id -> scene.place(id).name()))
        .containsExactly("A", "B", "B", "B", "C", "B", "C", "A");
    assertThat(scene.loads()).isEqualTo(Map.of("A", 280.0, "B", 210.0, "C", 60.0));
  }

  @Test
  void knowsTheLoadAgainAfterTheFirstSweep() {
    scene.sweep("A", Map.of("m1", scene.meeting(12, 0, 5), "m2", scene.meeting(40, 1, 30)));

    assertThat(scene.load("A")).isEqualTo(34.5 + 48);
  }

  @Test
  void aFailedCreateLeavesTheLoadsAsTheyWere() {
    scene.place("m1");
    Map<String, Double> before = scene.loads();
    PlacementRequest create = LoadScene.create("m2", "meta_bbb-meeting-size-hint=77");

    scene.policy.failed(create, scene.choose(create));

    assertThat(scene.loads()).isEqualTo(before);
  }

  @Test
  void aSweepAskedBeforeACreateLeavesItsReserveAndOneAskedAfterItsAnswerEndsIt() {
    SweepObserver sweep = scene.ask("A");
    scene.place("m1");
    LoadScene.answer(sweep, Map.of(), true);
    assertThat(scene.load("A")).isEqualTo(30);

    scene.pass(Duration.ofSeconds(10));
    scene.sweep("A", Map.of());
    assertThat(scene.load("A")).isZero();
  }

  @Test
  void serversThatAreNotAvailableAreNeverChosen() {
    ServerPool pool =
        new ServerPool(
            List.of(
                LoadScene.server("cordoned", 100).with(AdminState.CORDONED),
                LoadScene.server("disabled", 100).with(AdminState.DISABLED),
                LoadScene.server("down", 100),
                LoadScene.server("up", 1)),
            1,
            1);
    pool.failed(LoadScene.server("down", 100), true);
    Placer placer = new Placer(pool, scene.policy, new GatewayObserver() {});

    for (int i = 0; i < 100; i++) {
      assertThat(placer.choose(LoadScene.create("m" + i), List.of()))
          .map(Server::name)
          .contains("up");
    }
  }

  @Test
  void choosesNothingWithoutCandidates() {
    assertThat(scene.policy.choose(List.of(), LoadScene.create("m1"))).isEmpty();
  }

  @Test
  void refusesABandThatIsNoProportion() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LoadScene(ExpectedLoadSettings.DEFAULT, Double.NaN, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LoadScene(ExpectedLoadSettings.DEFAULT, -0.1, 1));
  }

  static LongStream seeds() {
    return LongStream.range(1, 21);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theUnitOfTheWeightsDoesNotMatter(long seed) {
    Random random = new Random(seed);
    int[] weights = random.ints(2 + random.nextInt(12), 1, 50).toArray();
    int factor = 2 + random.nextInt(400);
    LoadScene one = new LoadScene(weights);
    LoadScene other = new LoadScene(IntStream.of(weights).map(weight -> weight * factor).toArray());

    for (int i = 0; i < 300; i++) {
      String id = "m" + random.nextInt(1000);
      String parameters = "meta_bbb-meeting-size-hint=" + random.nextInt(300);
      String chosen = one.place(LoadScene.create(id, parameters)).name();
      assertThat(other.place(LoadScene.create(id, parameters)).name()).isEqualTo(chosen);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void choosesTheLeastLoadInProportionToTheWeight(long seed) {
    Random random = new Random(seed);
    LoadScene many = new LoadScene(random.ints(2 + random.nextInt(20), 1, 400).toArray());
    for (int i = 0; i < 200; i++) {
      if (random.nextInt(3) == 0) {
        Server swept = many.servers.get(random.nextInt(many.servers.size()));
        many.pass(Duration.ofSeconds(1));
        many.sweep(swept.name(), Map.of("x", many.meeting(random.nextInt(300), 1, 60)));
        many.servers.stream()
            .filter(server -> !server.equals(swept))
            .forEach(server -> LoadScene.answer(many.ask(server.name()), Map.of(), true));
      }
      Map<String, Double> before = many.loads();
      double least =
          many.servers.stream()
              .mapToDouble(server -> (before.get(server.name()) + 90) / server.weight())
              .min()
              .orElseThrow();

      Server chosen = many.place("m" + i);

      assertThat((before.get(chosen.name()) + 90) / chosen.weight()).isCloseTo(least, within(1e-9));
      assertThat(many.load(chosen.name())).isCloseTo(before.get(chosen.name()) + 30, within(1e-6));
    }
  }

  @Test
  void equalServersAreToldApartAsEveryBalancerDoes() {
    LoadScene here = new LoadScene(1, 1, 1, 1, 1);
    LoadScene there = new LoadScene(1, 1, 1, 1, 1);

    Set<String> chosen = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      PlacementRequest create = LoadScene.create("m" + i);
      Server server = here.choose(create);
      here.policy.failed(create, server);
      List<Server> reversed = new ArrayList<>(there.servers);
      Collections.reverse(reversed);
      assertThat(there.policy.choose(LoadScene.statuses(reversed), create)).contains(server);
      there.policy.failed(create, server);
      chosen.add(server.name());
    }
    assertThat(chosen).containsExactlyInAnyOrder("A", "B", "C", "D", "E");
  }

  @Test
  void withinTheBandTheMeetingPrefersAServer() {
    LoadScene banded = new LoadScene(ExpectedLoadSettings.DEFAULT, 0.05, 1, 1, 1);
    banded.sweep("A", Map.of("x", banded.meeting(10, 0, 60)));
    banded.sweep("B", Map.of("x", banded.meeting(14, 0, 60)));
    banded.sweep("C", Map.of("x", banded.meeting(16, 0, 60)));

    // Scores 100, 104 and 106.
    assertThat(choiceOf(banded, banded.idPreferring("B", "m"))).isEqualTo("B");
    assertThat(choiceOf(banded, banded.idPreferring("A", "m"))).isEqualTo("A");
    assertThat(choiceOf(banded, banded.idPreferring("C", "m"))).isIn("A", "B");
  }

  @Test
  void withoutABandOnlyTheLeastCounts() {
    LoadScene plain = new LoadScene(1, 1);
    plain.sweep("A", Map.of("x", plain.meeting(10, 0, 60)));
    plain.sweep("B", Map.of("x", plain.meeting(11, 0, 60)));

    assertThat(choiceOf(plain, plain.idPreferring("B", "m"))).isEqualTo("A");
  }

  @Test
  void balancersThatShareNothingAgreeOnAServerThatIsNotMuchFullerThanTheMean() {
    LoadScene several = new LoadScene(NearEqual.AGREED, 1, 1, 2, 1);
    several.sweep("A", Map.of("x", several.meeting(50, 0, 60)));
    several.sweep("B", Map.of("x", several.meeting(124, 0, 60)));
    several.sweep("C", Map.of("x", several.meeting(200, 0, 60)));
    several.sweep("D", Map.of("x", several.meeting(126, 0, 60)));

    // The mean fill is 100: of these only D is fuller than 1.25 times as much.
    assertThat(choiceOf(several, several.idPreferring("A", "m"))).isEqualTo("A");
    assertThat(choiceOf(several, several.idPreferring("B", "m"))).isEqualTo("B");
    assertThat(choiceOf(several, several.idPreferring("C", "m"))).isEqualTo("C");
    assertThat(choiceOf(several, several.idPreferring("D", "m"))).isNotEqualTo("D");
  }

  @Test
  void manyEqualServersAreToldApartLikeFew() {
    LoadScene many = new LoadScene(IntStream.generate(() -> 3).limit(12).toArray());
    for (int i = 0; i < 60; i++) {
      String server = Character.toString('A' + i % 12);

      assertThat(choiceOf(many, many.idPreferring(server, "m" + i + "-"))).isEqualTo(server);
    }
  }

  @Test
  void createsThatComeTogetherNeverTakeAServerThatIsNotTheLeast() throws Exception {
    LoadScene many = new LoadScene(IntStream.generate(() -> 1).limit(26).toArray());
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<Server>> all = new ArrayList<>();
      for (int i = 0; i < 26 * 40; i++) {
        String id = "m" + i;
        all.add(pool.submit(() -> many.choose(LoadScene.create(id))));
      }
      Map<String, Integer> counts = new HashMap<>();
      for (Future<Server> one : all) {
        counts.merge(one.get().name(), 1, Integer::sum);
      }
      assertThat(counts.values()).hasSize(26).containsOnly(40);
    } finally {
      pool.shutdownNow();
    }
  }

  private static String choiceOf(LoadScene scene, String id) {
    PlacementRequest create = LoadScene.create(id);
    Server chosen = scene.choose(create);
    scene.policy.failed(create, chosen);
    return chosen.name();
  }

  @Test
  void aServerThatHasNotToldItsMeetingsIsTakenForAsFullAsTheOthers() {
    LoadScene some = new LoadScene(1, 1, 1, 10);
    some.sweep("A", Map.of("x", some.meeting(40, 0, 60)));
    some.sweep("B", Map.of("x", some.meeting(60, 0, 60)));
    List<Server> equal = some.servers.subList(0, 3);

    assertThat(some.policy.choose(LoadScene.statuses(equal), LoadScene.create("m1")))
        .contains(some.server("A"));
    assertThat(some.policy.choose(LoadScene.statuses(equal), LoadScene.create("m2")))
        .contains(some.server("C"));
    assertThat(some.place("m3").name()).isEqualTo("D");
  }

  @Test
  void aServerThatTellsNoMoreIsTakenForAsFullAsTheOthers() {
    LoadScene some = new LoadScene(1, 1, 1);
    some.sweep("C", Map.of());
    for (int i = 0; i < 21; i++) {
      some.sweep("A", Map.of("x", some.meeting(40, 0, 60)));
      some.sweep("B", Map.of("x", some.meeting(60, 0, 60)));
      some.ask("C").ended(false);
      assertThat(choiceOf(some, "m1")).as("after %s minutes", i).isEqualTo("C");
      some.minutes(1);
    }
    some.sweep("A", Map.of("x", some.meeting(40, 0, 60)));
    some.sweep("B", Map.of("x", some.meeting(60, 0, 60)));
    assertThat(choiceOf(some, "m1")).isEqualTo("A");

    some.sweep("C", Map.of());
    assertThat(choiceOf(some, "m1")).isEqualTo("C");
  }

  @Test
  void aServerOfAnotherAddressIsAnotherOneAlsoWhileTheOldOneIsStillSwept() {
    LoadScene some = new LoadScene(1);
    Server old = some.server("A");
    Server moved =
        new Server(
            "A",
            URI.create("https://new.example.org/bigbluebutton/api"),
            old.secret(),
            old.algorithm(),
            1,
            Set.of(),
            AdminState.ENABLED);
    some.sweep("A", Map.of("x", some.meeting(40, 0, 60)));
    LoadScene.answer(
        some.policy.sweep(moved, some.nanos()), Map.of("x", some.meeting(7, 0, 60)), true);
    assertThat(some.load("A")).isEqualTo(40);

    some.sweep("A", Map.of("x", some.meeting(50, 0, 60)));
    assertThat(some.policy.load(moved)).isEqualTo(7);
    assertThat(some.load("A")).isEqualTo(50);
  }

  @Test
  void aServerThatLeftIsForgottenAfterTwoDays() {
    LoadScene some = new LoadScene(1, 1);
    some.sweep("A", Map.of("x", some.meeting(40, 0, 60)));
    some.pass(Duration.ofHours(47));
    some.sweep("B", Map.of());
    assertThat(some.load("A")).isEqualTo(40);

    some.pass(Duration.ofHours(2));
    some.sweep("B", Map.of());
    assertThat(some.load("A")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "meta_bbb-meeting-size-hint=100, 140",
    "meta_bbb-meeting-size-hint=10000, 14000",
    "meta_bbb-meeting-size-hint=10001, 30",
    "meta_bbb-meeting-size-hint=1000000000, 30",
    "meta_bbb-meeting-size-hint=99999999999999999999, 30",
    "meta_bbb-meeting-size-hint=many, 30",
    "meta_bbb-meeting-size-hint=-7, 30",
    "meta_bbb-meeting-size-hint=0, 30",
    "meta_bbb-meeting-size-hint=1.5, 30",
    "meta_bbb-meeting-size-hint=, 30",
    "maxParticipants=10, 14",
    "maxParticipants=500, 30",
    "maxParticipants=999999999, 30",
    "maxParticipants=0, 30",
    "maxParticipants=-3, 30",
    "maxParticipants=5&meta_bbb-meeting-size-hint=100, 140"
  })
  void reservesWhatTheCreateSays(String parameters, double reserve) {
    LoadScene one = new LoadScene(1);
    one.place(LoadScene.create("m1", parameters));

    assertThat(one.load("A")).isEqualTo(reserve);
  }

  @Test
  void theHistoryCountsMoreThanAHint() {
    LoadScene one = new LoadScene(1);
    one.remember("A", "math", 50);
    one.place(LoadScene.create("math", "meta_bbb-meeting-size-hint=100"));

    assertThat(one.load("A")).isEqualTo(50);
  }

  @Test
  void weighsWithoutReserving() {
    scene.sweep("A", Map.of("x", scene.meeting(40, 0, 60)));
    scene.sweep("B", Map.of());
    scene.sweep("C", Map.of());

    List<ServerScore> scores =
        scene.policy.weigh(LoadScene.statuses(scene.servers), LoadScene.create("m1"));

    assertThat(scores).extracting(score -> score.server().name()).containsExactly("A", "B", "C");
    assertThat(scores).extracting(ServerScore::score).containsExactly(3.25, 3.6, 6.0);
    assertThat(scores)
        .extracting(ServerScore::load)
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1)
        .containsExactly(40.0, 0.0, 0.0);
    assertThat(scene.loads()).isEqualTo(Map.of("A", 40.0, "B", 0.0, "C", 0.0));
    assertThat(scene.choose(LoadScene.create("m1"))).isEqualTo(scores.get(0).server());
    assertThat(scene.policy.weigh(List.of(), LoadScene.create("m1"))).isEmpty();
  }

  @Test
  void tellsTheScoresOfEachChoice() {
    List<String> told = new ArrayList<>();
    GatewayObserver observer =
        new GatewayObserver() {
          @Override
          public boolean wantsScores() {
            return true;
          }

          @Override
          public void meetingWeighed(
              MeetingId meetingId, Server chosen, Supplier<List<ServerScore>> best) {
            told.add(meetingId + " " + chosen.name());
            best.get().forEach(score -> told.add(score.server().name() + " " + score.score()));
          }
        };
    LoadScene toldBy = new LoadScene(ExpectedLoadSettings.DEFAULT, observer, 2, 1);
    toldBy.place("m1");
    toldBy.choose(
        new PlacementRequest(ApiCall.named("newCall"), MeetingId.NONE, "house", QueryString.EMPTY));

    assertThat(told).containsExactly("m1 A", "A 45.0", "B 90.0");
  }

  @Test
  void aCallThatIsNoCreateGoesWhereTheLoadIsLeast() {
    scene.place("m1");
    PlacementRequest other =
        new PlacementRequest(ApiCall.named("newCall"), MeetingId.NONE, "house", QueryString.EMPTY);

    assertThat(scene.choose(other).name()).isIn("B", "C");
  }
}
