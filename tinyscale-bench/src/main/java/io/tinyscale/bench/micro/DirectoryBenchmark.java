package io.tinyscale.bench.micro;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
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
import org.openjdk.jmh.annotations.TearDown;

/** Finding the server of one of 10,000 meetings. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DirectoryBenchmark {

  private static final int MEETINGS = 1 << 13;

  /** Size of the pool. */
  @Param({"10", "1000"})
  public int servers;

  private List<MeetingId> ids = List.of();
  private int position;
  private WholeCore core;

  /** Makes the pool and the meetings. */
  @Setup
  public void fill() {
    core = WholeCore.of(new InstantServers(""), servers, MEETINGS, Runnable::run);
    ids = IntStream.range(0, MEETINGS).mapToObj(number -> new MeetingId("m" + number)).toList();
  }

  /** Stops its timer. */
  @TearDown
  public void stop() {
    core.timer().shutdownNow();
  }

  /** One meeting after the other. */
  @Benchmark
  public Optional<Server> finds() {
    position = position + 1 & MEETINGS - 1;
    return core.directory().remembered(ids.get(position));
  }
}
