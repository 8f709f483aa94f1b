package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.SimulatedMeeting;
import io.tinyscale.simulator.fault.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two balancers that share nothing but their servers, and front ends that call either. */
class SeveralBalancersIT {

  private static final Pattern INTERNAL_ID =
      Pattern.compile("<internalMeetingID>([^<]+)</internalMeetingID>");

  /** How long each server takes to make a meeting: no two servers make one at the same moment. */
  private static final List<Integer> CREATE_MILLIS = List.of(30, 110, 210);

  private static final int ROOMS = 200;

  /** Rooms that are opened at the same time. */
  private static final int AT_ONCE = 20;

  /** Front ends that open each room. */
  private static final int CALLERS = 4;

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(CREATE_MILLIS.size());
  private final List<RunningFilter> balancers = new ArrayList<>();
  private final List<FrontEnd> frontEnds = new ArrayList<>();

  @BeforeEach
  void slowDown() {
    for (SimulatedServer server : pool.servers()) {
      Duration time = Duration.ofMillis(CREATE_MILLIS.get(pool.servers().indexOf(server)));
      server.fault("create", Fault.delay(time));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (RunningFilter balancer : balancers) {
      balancer.close();
    }
    pool.close();
  }

  private void start(String... settings) throws Exception {
    for (String name : List.of("a", "b")) {
      List<String> all =
          new ArrayList<>(
              List.of("balancers", "several", "health.interval", "1s", "health.timeout", "500ms"));
      all.addAll(List.of(settings));
      balancers.add(
          RunningFilter.start(
              TestContainer.Kind.JETTY,
              Files.createDirectories(folder.resolve(name)),
              pool.servers(),
              all.toArray(String[]::new)));
    }
    balancers.forEach(balancer -> frontEnds.add(balancer.frontEnd()));
  }

  private static String room(int number) {
    return "room-" + number;
  }

  /** Opens all rooms, each by several front ends at once. Returns the ids that each room got. */
  private Map<String, Set<String>> openAll() {
    Map<String, Set<String>> ids = new HashMap<>();
    for (int from = 0; from < ROOMS; from += AT_ONCE) {
      Map<String, List<CompletableFuture<String>>> creates = new HashMap<>();
      IntStream.range(from, from + AT_ONCE)
          .mapToObj(SeveralBalancersIT::room)
          .forEach(room -> creates.put(room, open(room)));
      creates.forEach(
          (room, answers) ->
              answers.forEach(
                  answer ->
                      ids.computeIfAbsent(room, first -> new HashSet<>())
                          .add(internalId(answer.join()))));
    }
    return ids;
  }

  private List<CompletableFuture<String>> open(String room) {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      FrontEnd frontEnd = frontEnds.get(caller % frontEnds.size());
      answers.add(
          frontEnd
              .getAsync(frontEnd.signed("create", "name=Room&meetingID=" + room))
              .thenApply(answer -> answer.body()));
    }
    return answers;
  }

  private static String internalId(String answer) {
    Matcher id = INTERNAL_ID.matcher(answer);
    assertThat(id.find()).as(answer).isTrue();
    return id.group(1);
  }

  /** The copies of a room; two that were made in the same millisecond have the same id. */
  private Set<String> runs(String room) {
    return pool.servers().stream()
        .flatMap(server -> server.meetings().get(room).stream())
        .map(SimulatedMeeting::internalId)
        .collect(Collectors.toSet());
  }

  private int copies() {
    return IntStream.range(0, ROOMS).map(number -> runs(room(number)).size()).sum();
  }

  private void assertEachRoomIsOne(Map<String, Set<String>> ids) {
    assertThat(ids).hasSize(ROOMS);
    assertThat(ids.values())
        .filteredOn(all -> all.size() != 1)
        .as("rooms that got several ids")
        .isEmpty();
    // A second copy is empty, and goes once two sweeps and a question have found it so.
    await().atMost(Duration.ofMinutes(1)).until(() -> copies() == ROOMS);
    ids.forEach((room, all) -> assertThat(runs(room)).as(room).isEqualTo(all));
  }

  @Test
  void roomsThatManyOpenAtOnceAreOneMeetingEach() throws Exception {
    start("placement", "expected-load");

    Map<String, Set<String>> ids = openAll();

    // By the same rendezvous both balancers nearly always choose the same server.
    assertThat(copies() - ROOMS).as("second copies").isLessThanOrEqualTo(ROOMS * 6 / 100);
    assertEachRoomIsOne(ids);
  }

  @Test
  void roomsAreOneMeetingEachEvenIfTheBalancersNeverAgree() throws Exception {
    start("placement", "round-robin");

    Map<String, Set<String>> ids = openAll();

    assertThat(copies()).as("the balancers did not agree").isGreaterThan(ROOMS);
    assertEachRoomIsOne(ids);
  }
}
