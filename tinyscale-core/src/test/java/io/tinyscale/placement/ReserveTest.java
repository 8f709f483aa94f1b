package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a create counts on its server. */
class ReserveTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final PlacementRequest MATH = LoadScene.create("math");

  private final LoadScene scene = new LoadScene(1);
  private final Server server = scene.servers.get(0);

  private double load() {
    return scene.load("A");
  }

  private void sweepEmpty() {
    scene.pass(SECOND);
    scene.sweep("A", Map.of());
  }

  @Test
  void countsFromTheChoiceOn() {
    scene.choose(MATH);

    assertThat(load()).isEqualTo(30);
  }

  @Test
  void countsWhileTheCreateHasNoAnswer() {
    scene.choose(MATH);
    sweepEmpty();
    sweepEmpty();

    assertThat(load()).isEqualTo(30);
  }

  @Test
  void endsWithASweepThatWasAskedAfterTheAnswer() {
    scene.choose(MATH);
    scene.pass(SECOND);
    scene.policy.made(MATH, server);
    sweepEmpty();

    assertThat(load()).isZero();
  }

  @Test
  void staysAfterASweepThatWasAskedBeforeTheAnswer() {
    scene.choose(MATH);
    scene.pass(SECOND);
    SweepObserver sweep = scene.ask("A");
    scene.pass(SECOND);
    scene.policy.made(MATH, server);
    LoadScene.answer(sweep, Map.of(), true);

    assertThat(load()).isEqualTo(30);
  }

  @Test
  void staysAfterAnUnknownOutcomeUntilASweepThatWasAskedLater() {
    scene.choose(MATH);
    SweepObserver before = scene.ask("A");
    scene.pass(SECOND);
    scene.policy.unknown(MATH, server);
    LoadScene.answer(before, Map.of(), true);
    assertThat(load()).isEqualTo(30);

    sweepEmpty();
    assertThat(load()).isZero();
  }

  @Test
  void staysAfterASweepThatDoesNotTellAllMeetings() {
    scene.place(MATH);
    scene.pass(SECOND);
    LoadScene.answer(scene.ask("A"), Map.of("other", scene.meeting(7, 0, 60)), false);

    assertThat(load()).isEqualTo(37);
  }

  @Test
  void givesWayToTheMeetingThatTheSweepShows() {
    scene.place(MATH);
    scene.minutes(5);
    scene.sweep("A", Map.of("math", scene.meeting(12, 0, 5)));

    assertThat(load()).isEqualTo(34.5);
  }

  @Test
  void aMeetingThatIsListedAndReservedCountsOnce() {
    SweepObserver sweep = scene.ask("A");
    scene.pass(SECOND);
    scene.place(MATH);
    LoadScene.answer(sweep, Map.of("math", scene.meeting(3, 0, 0)), true);

    assertThat(load()).isEqualTo(33);
  }

  @Test
  void theListOfAnEarlierMeetingOfTheSameIdDoesNotHideTheCreate() {
    SweepObserver sweep = scene.ask("A");
    scene.pass(SECOND);
    scene.place(MATH);
    LoadScene.answer(sweep, Map.of("math", scene.meeting(3, 0, 90)), true);

    assertThat(load()).isEqualTo(30);
  }

  @Test
  void aCreateThatFailsAfterItsMeetingWasListedTakesNothingElseBack() {
    scene.place("other");
    scene.choose(MATH);
    scene.pass(SECOND);
    scene.sweep("A", Map.of("math", scene.meeting(2, 0, 30), "other", scene.meeting(4, 0, 30)));
    scene.policy.failed(MATH, server);

    assertThat(load()).isEqualTo(6);
  }

  @Test
  void aFailedRepetitionLeavesTheCreateWhoseOutcomeIsUnknown() {
    PlacementRequest hinted = LoadScene.create("math", "meta_bbb-meeting-size-hint=100");
    scene.choose(MATH);
    scene.policy.unknown(MATH, server);
    scene.choose(hinted);
    assertThat(load()).isEqualTo(140);

    scene.policy.failed(hinted, server);
    assertThat(load()).isEqualTo(30);
  }

  @Test
  void whatBecameOfAnUnknownCreateIsIgnored() {
    scene.policy.made(MATH, server);
    scene.policy.unknown(MATH, server);
    scene.policy.failed(MATH, server);

    assertThat(load()).isZero();
  }

  @Test
  void aServerThatDoesNotTellItsMeetingsLosesReservesWhenTheyMustHaveSettled() {
    scene.place(MATH);
    scene.choose(LoadScene.create("pending"));
    scene.minutes(20);
    LoadScene.answer(scene.ask("A"), Map.of(), false);
    assertThat(load()).isEqualTo(60);

    scene.minutes(1);
    LoadScene.answer(scene.ask("A"), Map.of(), false);
    assertThat(load()).isEqualTo(30);
  }

  @Test
  void aLateListOfAnEarlierSweepChangesNothing() {
    SweepObserver late = scene.ask("A");
    scene.pass(SECOND);
    scene.sweep("A", Map.of("math", scene.meeting(10, 0, 60)));
    LoadScene.answer(late, Map.of("math", scene.meeting(99, 0, 60)), true);

    assertThat(load()).isEqualTo(10);
  }

  @Test
  void anotherServerOfTheSameNameBeginsEmpty() {
    scene.place(MATH);
    scene.sweep("A", Map.of("other", scene.meeting(10, 0, 60)));
    Server another =
        new Server(
            "A",
            URI.create("https://new.example.org/bigbluebutton/api"),
            server.secret(),
            server.algorithm(),
            1,
            Set.of(),
            server.state());

    assertThat(scene.policy.load(another)).isZero();
  }

  @Test
  void aServerWhoseWeightChangesKeepsItsLoad() {
    scene.place(MATH);

    assertThat(scene.policy.load(LoadScene.server("A", 9))).isEqualTo(30);
  }

  @Test
  void aServerThatLeftThePoolLongAgoIsForgotten() {
    scene.place(MATH);
    scene.pass(Duration.ofHours(49));
    scene.policy.sweep(LoadScene.server("new", 1), scene.nanos());

    assertThat(load()).isZero();
  }

  @Test
  void reservesAreBounded() {
    for (int i = 0; i < ServerLoads.MOST_RESERVES + 100; i++) {
      scene.place("m" + i);
    }

    assertThat(load()).isEqualTo(30.0 * ServerLoads.MOST_RESERVES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", " TRUE "})
  void aBreakoutRoomReservesNothing(String isBreakout) {
    scene.place(LoadScene.create("room", "isBreakout=" + isBreakout.replace(" ", "%20")));

    assertThat(load()).isZero();
  }

  @Test
  void aCallThatIsNoCreateReservesNothing() {
    PlacementRequest other =
        new PlacementRequest(ApiCall.named("newCall"), MeetingId.NONE, "house", QueryString.EMPTY);
    scene.place(other);
    scene.policy.failed(other, server);

    assertThat(load()).isZero();
  }

  static LongStream seeds() {
    return LongStream.range(1, 21);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void failedCreatesLeaveNoTrace(long seed) {
    Random random = new Random(seed);
    LoadScene many = new LoadScene(random.ints(6, 1, 400).toArray());
    many.servers.forEach(
        one -> many.sweep(one.name(), Map.of("x", many.meeting(random.nextInt(200), 3, 7))));
    Map<String, Double> before = many.loads();
    Deque<Runnable> failures = new ArrayDeque<>();
    for (int i = 0; i < 300; i++) {
      PlacementRequest create =
          LoadScene.create(
              "m" + i,
              "meta_bbb-meeting-size-hint="
                  + random.nextInt(500)
                  + "&maxParticipants="
                  + random.nextInt(20));
      Server chosen = many.choose(create);
      failures.add(() -> many.policy.failed(create, chosen));
    }
    List<Runnable> inAnyOrder = new ArrayList<>(failures);
    Collections.shuffle(inAnyOrder, random);
    inAnyOrder.forEach(Runnable::run);

    assertThat(many.loads()).isEqualTo(before);
  }

  @Test
  void choicesAtTheSameTimeReserveEachOnItsServer() throws Exception {
    LoadScene many = new LoadScene(4, 3, 2, 1);
    Map<String, Long> made = new ConcurrentHashMap<>();
    int threads = 8;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int number = thread;
        all.add(
            pool.submit(
                () -> {
                  together.await();
                  for (int i = 0; i < 500; i++) {
                    PlacementRequest create = LoadScene.create(number + "-" + i);
                    Server chosen = many.choose(create);
                    if (i % 5 == 0) {
                      many.policy.failed(create, chosen);
                    } else {
                      many.policy.made(create, chosen);
                      made.merge(chosen.name(), 1L, Long::sum);
                    }
                    if (i % 50 == 0) {
                      // Asked before every answer: nothing is erased.
                      LoadScene.answer(many.policy.sweep(chosen, 0), Map.of(), true);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> done : all) {
        done.get();
      }
    } finally {
      pool.shutdown();
    }

    Map<String, Double> expected = new HashMap<>();
    made.forEach((name, count) -> expected.put(name, 30.0 * count));
    assertThat(many.loads()).isEqualTo(expected);
    assertThat(made.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(8 * 400);
    IntStream.range(0, 4)
        .forEach(
            i -> {
              Server one = many.servers.get(i);
              assertThat(made.get(one.name()))
                  .isBetween(320L * one.weight() - 8, 320L * one.weight() + 8);
            });
  }
}
