package io.tinyscale.bench.micro;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.meeting.DirectorySettings;
import io.tinyscale.meeting.Patience;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.ServerCalls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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

/** What calls for one of 10,000 meetings cost in the directory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DirectoryBenchmark {

  private static final int MEETINGS = 1 << 13;

  /** Size of the pool. */
  @Param({"10", "1000"})
  public int servers;

  private List<Server> all = List.of();
  private List<MeetingId> ids = List.of();
  private int position;
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private ProbedDirectory directory;

  /** Makes the pool and the meetings. */
  @Setup
  public void fill() {
    all = InstantServers.pool(servers);
    ServerPool pool = new ServerPool(all, 2, 2);
    directory =
        new ProbedDirectory(
            pool,
            new ServerCalls(new InstantServers(""), timer, Runnable::run, System::nanoTime),
            new Patience(new Contacts(), System::nanoTime, Patience.USUAL),
            GatewayObserver.NONE,
            DirectorySettings.DEFAULT);
    for (int server = 0; server < servers; server++) {
      Map<MeetingId, HeldMeeting> held = new HashMap<>();
      for (int number = server; number < MEETINGS; number += servers) {
        held.put(new MeetingId("m" + number), HeldMeeting.of("m" + number + "-1795000000000"));
      }
      directory.swept(all.get(server), held, System.nanoTime());
    }
    ids = IntStream.range(0, MEETINGS).mapToObj(number -> new MeetingId("m" + number)).toList();
  }

  /** Stops its timer. */
  @TearDown
  public void stop() {
    timer.shutdownNow();
  }

  /** A join to one meeting after the other goes out. */
  @Benchmark
  public void joins() {
    position = position + 1 & MEETINGS - 1;
    directory.joining(ids.get(position), all.get(position % servers));
  }

  /** The server of one meeting after the other. */
  @Benchmark
  public Optional<Server> finds() {
    position = position + 1 & MEETINGS - 1;
    return directory.remembered(ids.get(position));
  }
}
