package io.tinyscale.bench.micro;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.DirectorySettings;
import io.tinyscale.meeting.MeetingSettings;
import io.tinyscale.meeting.Patience;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.ExpectedLoad;
import io.tinyscale.placement.ExpectedLoadSettings;
import io.tinyscale.placement.MeetingHistory;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.ServerCalls;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What is done with the list of one server after it was read: 1,000 servers, 100 meetings each, one
 * server after the other. Swept every 10 s, such a pool has 100 sweeps a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SweepBenchmark {

  private static final int SERVERS = 1_000;
  private static final int MEETINGS_EACH = 100;
  private static final long CREATED = 1_795_000_000_000L;

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final ExpectedLoad expectedLoad =
      new ExpectedLoad(
          ExpectedLoadSettings.DEFAULT,
          0,
          InstantSource.system(),
          System::nanoTime,
          MeetingHistory.in(ZoneOffset.UTC));
  private final List<Map<MeetingId, HeldMeeting>> lists = new ArrayList<>();
  private List<Server> servers = List.of();
  private ProbedDirectory directory;
  private int position;

  /** Makes the pool and the meetings, and sweeps each server once. */
  @Setup
  public void fill() {
    servers = InstantServers.pool(SERVERS);
    directory =
        new ProbedDirectory(
            new ServerPool(servers, 2, 2),
            new ServerCalls(new InstantServers(""), timer, Runnable::run, System::nanoTime),
            new Patience(new Contacts(), System::nanoTime, Patience.USUAL),
            GatewayObserver.NONE,
            DirectorySettings.DEFAULT.withMeetings(
                new MeetingSettings(Balancers.AUTO, Patience.USUAL, SERVERS * MEETINGS_EACH)));
    for (int server = 0; server < SERVERS; server++) {
      Map<MeetingId, HeldMeeting> held = new HashMap<>();
      for (int number = 0; number < MEETINGS_EACH; number++) {
        String id = "room-" + server + "-" + number;
        held.put(new MeetingId(id), HeldMeeting.of(id + "-" + CREATED));
      }
      lists.add(held);
    }
    for (int server = 0; server < SERVERS; server++) {
      findsMeetings();
      expectsLoad();
    }
  }

  /** Stops its timer. */
  @TearDown
  public void stop() {
    timer.shutdownNow();
  }

  /** The directory learns which meetings the server has. */
  @Benchmark
  public void findsMeetings() {
    int server = next();
    directory.swept(servers.get(server), lists.get(server), System.nanoTime());
  }

  /** The policy learns the load of the server, most of whose meetings are settled. */
  @Benchmark
  public void expectsLoad() {
    int server = next();
    SweepObserver sweep = expectedLoad.sweep(servers.get(server), System.nanoTime());
    lists.get(server).forEach(sweep::meeting);
    sweep.ended(true);
  }

  private int next() {
    position = (position + 1) % SERVERS;
    return position;
  }
}
