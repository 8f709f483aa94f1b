package io.tinyscale.bench.micro;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.ExpectedLoad;
import io.tinyscale.placement.ExpectedLoadSettings;
import io.tinyscale.placement.MeetingHistory;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Choosing the server of a new meeting. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PlacementBenchmark {

  private final RoundRobin roundRobin = new RoundRobin(false);
  private final ExpectedLoad expectedLoad = policy();
  private final ExpectedLoad equalLoad = policy();
  private final PlacementRequest create =
      new PlacementRequest(
          ApiCall.CREATE, new MeetingId("a"), "front", new QueryString("meetingID=a"));
  private List<ServerStatus> candidates = List.of();

  // Every second server, as if they had a tag, and the others.
  private List<ServerStatus> tagged = List.of();
  private List<ServerStatus> untagged = List.of();
  private boolean isTaggedNext;

  private static ExpectedLoad policy() {
    return new ExpectedLoad(
        ExpectedLoadSettings.DEFAULT,
        0,
        InstantSource.system(),
        System::nanoTime,
        MeetingHistory.in(ZoneOffset.UTC));
  }

  /** Size of the pool. */
  @Param({"10", "1000"})
  public int servers;

  /** Makes the pool. */
  @Setup
  public void fill() {
    candidates = new ServerPool(InstantServers.pool(servers), 2, 2).snapshot();
    tagged = everySecond(0);
    untagged = everySecond(1);
    candidates.forEach(status -> equalLoad.sweep(status.server(), System.nanoTime()).ended(true));
    for (int i = 0; i < servers; i++) {
      SweepObserver sweep = expectedLoad.sweep(candidates.get(i).server(), System.nanoTime());
      sweep.meeting(new MeetingId("m" + i), new HeldMeeting("", 100 + i, ""));
      sweep.ended(true);
    }
  }

  /** One turn. */
  @Benchmark
  public Optional<Server> takesATurn() {
    return roundRobin.choose(candidates, create);
  }

  /** The server with the least expected load; the create fails, so that loads stay as they are. */
  @Benchmark
  public Optional<Server> findsTheLeastLoad() {
    Optional<Server> chosen = expectedLoad.choose(candidates, create);
    chosen.ifPresent(server -> expectedLoad.failed(create, server));
    return chosen;
  }

  private List<ServerStatus> everySecond(int first) {
    return IntStream.range(0, servers)
        .filter(i -> i % 2 == first)
        .mapToObj(candidates::get)
        .toList();
  }

  /** All servers are equally good: the meeting prefers one of them. */
  @Benchmark
  public Optional<Server> findsTheLeastAmongEqualLoads() {
    Optional<Server> chosen = equalLoad.choose(candidates, create);
    chosen.ifPresent(server -> equalLoad.failed(create, server));
    return chosen;
  }

  /** Creates for two tags take turns, so that no server has the place that it had before. */
  @Benchmark
  public Optional<Server> findsTheLeastLoadOfAlternatingTags() {
    isTaggedNext = !isTaggedNext;
    Optional<Server> chosen = expectedLoad.choose(isTaggedNext ? tagged : untagged, create);
    chosen.ifPresent(server -> expectedLoad.failed(create, server));
    return chosen;
  }
}
