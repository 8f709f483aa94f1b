package io.tinyscale.bench.micro;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

  private final RoundRobin policy = new RoundRobin(false);
  private final PlacementRequest create =
      new PlacementRequest(
          ApiCall.CREATE, new MeetingId("a"), "front", new QueryString("meetingID=a"));
  private List<ServerStatus> candidates = List.of();

  /** Size of the pool. */
  @Param({"10", "1000"})
  public int servers;

  /** Makes the pool. */
  @Setup
  public void fill() {
    candidates = new ServerPool(InstantServers.pool(servers), 2, 2).snapshot();
  }

  /** One turn. */
  @Benchmark
  public Optional<Server> chooses() {
    return policy.choose(candidates, create);
  }
}
