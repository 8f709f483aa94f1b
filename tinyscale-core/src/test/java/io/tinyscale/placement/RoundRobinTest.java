package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinTest {

  private static final PlacementRequest CREATE = request(ApiCall.CREATE);
  private static final PlacementRequest OTHER = request(ApiCall.named("newCall"));

  private static PlacementRequest request(ApiCall call) {
    return new PlacementRequest(call, MeetingId.NONE, "front", QueryString.EMPTY);
  }

  private static Server server(String name, int weight) {
    return new Server(
        name,
        URI.create("https://" + name + ".example.org/bigbluebutton/api"),
        Secret.of("s"),
        ChecksumAlgorithm.SHA256,
        weight,
        Set.of(),
        AdminState.ENABLED);
  }

  private static List<Server> servers(int... weights) {
    return IntStream.range(0, weights.length).mapToObj(i -> server("bbb" + i, weights[i])).toList();
  }

  private static List<ServerStatus> statuses(List<Server> servers) {
    return new ServerPool(servers, 2, 2).snapshot();
  }

  private static Optional<Server> choose(
      RoundRobin policy, List<Server> candidates, PlacementRequest request) {
    return policy.choose(statuses(candidates), request);
  }

  private static void passOver(
      RoundRobin policy, List<Server> candidates, PlacementRequest request) {
    policy.passOver(statuses(candidates), request);
  }

  private static List<String> names(RoundRobin policy, List<Server> candidates, int times) {
    return Stream.generate(() -> choose(policy, candidates, CREATE).orElseThrow().name())
        .limit(times)
        .toList();
  }

  @Test
  void takesTurnsInTheOrderOfThePool() {
    assertThat(names(new RoundRobin(true), servers(1, 1, 1), 7))
        .containsExactly("bbb0", "bbb1", "bbb2", "bbb0", "bbb1", "bbb2", "bbb0");
  }

  @Test
  void choosesNothingWithoutCandidates() {
    RoundRobin policy = new RoundRobin(false);

    assertThat(choose(policy, List.of(), CREATE)).isEmpty();
    passOver(policy, List.of(), CREATE);
    assertThat(names(policy, servers(1, 1), 2)).containsExactly("bbb0", "bbb1");
  }

  @Test
  void spreadsWeightsEvenly() {
    assertThat(names(new RoundRobin(true), servers(2, 1, 1), 8))
        .containsExactly("bbb0", "bbb1", "bbb2", "bbb0", "bbb0", "bbb1", "bbb2", "bbb0");
  }

  static LongStream seeds() {
    return LongStream.range(1, 41);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void countsDifferByAtMostOneOverAnyPrefix(long seed) {
    int n = 1 + new Random(seed).nextInt(12);
    List<Server> candidates = servers(IntStream.generate(() -> 7).limit(n).toArray());
    RoundRobin policy = new RoundRobin(true);
    Map<Server, Integer> counts = new HashMap<>();
    candidates.forEach(server -> counts.put(server, 0));

    for (int i = 0; i < 200; i++) {
      counts.merge(choose(policy, candidates, CREATE).orElseThrow(), 1, Integer::sum);

      assertThat(Collections.max(counts.values()) - Collections.min(counts.values()))
          .isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void countsFollowTheWeightsOverAnyPrefix(long seed) {
    Random random = new Random(seed);
    List<Server> candidates = servers(random.ints(2 + random.nextInt(8), 1, 20).toArray());
    long sum = candidates.stream().mapToLong(Server::weight).sum();
    RoundRobin policy = new RoundRobin(true);
    Map<Server, Integer> counts = new HashMap<>();

    for (int i = 1; i <= 500; i++) {
      counts.merge(choose(policy, candidates, CREATE).orElseThrow(), 1, Integer::sum);
      for (Server server : candidates) {
        double fair = (double) i * server.weight() / sum;
        assertThat((double) counts.getOrDefault(server, 0)).isBetween(fair - 1.5, fair + 1.5);
      }
    }
    for (long i = 500 % sum; i < sum; i++) {
      counts.merge(choose(policy, candidates, CREATE).orElseThrow(), 1, Integer::sum);
    }
    candidates.forEach(
        server -> assertThat(counts.get(server) % server.weight()).as("whole rounds").isZero());
  }

  @Test
  void weightsWhoseSumIsNoIntStayFair() {
    List<Server> candidates =
        servers(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    List<String> chosen = names(new RoundRobin(true), candidates, 4000);

    for (Server server : candidates) {
      assertThat(Collections.frequency(chosen, server.name())).isEqualTo(1000);
    }
  }

  @Test
  void aTinyWeightBesideAHugeWeightGetsOneTurnPerRound() {
    List<String> chosen = names(new RoundRobin(true), servers(999, 1), 2000);

    assertThat(Collections.frequency(chosen, "bbb1")).isEqualTo(2);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void staysFairWhenCandidatesComeAndGo(long seed) {
    Random random = new Random(seed);
    List<Server> all = servers(1, 1, 1);
    RoundRobin policy = new RoundRobin(true);
    for (int i = 0; i < 2000; i++) {
      List<Server> some = all.stream().filter(server -> random.nextInt(3) > 0).toList();
      choose(policy, some, CREATE);
    }

    List<String> chosen = names(policy, all, 30);

    for (Server server : all) {
      assertThat(Collections.frequency(chosen, server.name())).isBetween(8, 12);
    }
  }

  @Test
  void aServerThatKeptFailingIsNotStarvedWhenItIsBack() {
    List<Server> all = servers(1, 1, 1);
    RoundRobin policy = new RoundRobin(true);
    for (int i = 0; i < 1000; i++) {
      if (choose(policy, all, CREATE).orElseThrow().name().equals("bbb2")) {
        choose(policy, all.subList(0, 2), CREATE);
      }
    }

    List<String> chosen = names(policy, all, 9);

    assertThat(Collections.frequency(chosen, "bbb2")).isBetween(2, 4);
  }

  @Test
  void aServerThatWasAwayGetsNoBurst() {
    List<Server> all = servers(1, 1, 1);
    RoundRobin policy = new RoundRobin(true);
    names(policy, all, 3);
    names(policy, all.subList(0, 2), 1000);

    assertThat(Collections.frequency(names(policy, all, 9), "bbb2")).isBetween(2, 4);
  }

  @Test
  void inStrictModeOnlyCreateMovesTheCursor() {
    RoundRobin policy = new RoundRobin(true);
    List<Server> candidates = servers(1, 1);

    passOver(policy, candidates, OTHER);
    assertThat(choose(policy, candidates, OTHER)).contains(candidates.get(0));
    assertThat(choose(policy, candidates, OTHER)).contains(candidates.get(0));
    assertThat(choose(policy, candidates, CREATE)).contains(candidates.get(0));
    assertThat(choose(policy, candidates, OTHER)).contains(candidates.get(1));
  }

  @Test
  void inLooseModeEveryCallMovesTheCursor() {
    RoundRobin policy = new RoundRobin(false);
    List<Server> candidates = servers(1, 1, 1);

    assertThat(choose(policy, candidates, OTHER)).contains(candidates.get(0));
    passOver(policy, candidates, OTHER);
    assertThat(choose(policy, candidates, CREATE)).contains(candidates.get(2));
    assertThat(choose(policy, candidates, OTHER)).contains(candidates.get(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void manyThreadsGetAFairShare(int n) {
    List<Server> candidates = servers(IntStream.generate(() -> 1).limit(n).toArray());
    RoundRobin policy = new RoundRobin(true);
    Map<Server, Integer> counts = new ConcurrentHashMap<>();

    IntStream.range(0, 700)
        .parallel()
        .forEach(
            i -> counts.merge(choose(policy, candidates, CREATE).orElseThrow(), 1, Integer::sum));

    assertThat(new ArrayList<>(counts.values())).containsOnly(700 / n);
  }
}
