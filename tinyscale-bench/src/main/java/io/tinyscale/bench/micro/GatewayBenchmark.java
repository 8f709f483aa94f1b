package io.tinyscale.bench.micro;

import io.tinyscale.admin.AdminDoor;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.body.Cancellation;
import io.tinyscale.call.Answer;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.observe.GatewayObserver;
import java.util.List;
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

/** The whole way of a call through the core, without a network. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GatewayBenchmark {

  private static final int MEETINGS = 1 << 10;
  private static final String METRICS = "with metrics";

  /** Whether the admin door is open, which counts every call. */
  @Param({"without metrics", METRICS})
  private String door = "";

  private List<ApiRequest> polls = List.of();
  private List<ApiRequest> joins = List.of();
  private int position;
  private WholeCore core;
  private AdminDoor admin;

  /** Makes servers, meetings and calls. */
  @Setup
  public void fill() {
    admin = new AdminDoor(AdminSettings.none());
    boolean counts = door.equals(METRICS);
    core =
        WholeCore.of(
            new InstantServers(
                "<response><returncode>SUCCESS</returncode><running>true</running></response>"),
            2,
            MEETINGS,
            counts ? admin.observer() : GatewayObserver.NONE);
    if (counts) {
      admin.open(core.balancer(), AdminDoor.Hosts.ADDRESSES);
    }
    polls = requests(ApiCall.IS_MEETING_RUNNING, "meetingID=m");
    joins = requests(ApiCall.JOIN, "fullName=Anna&password=mp&meetingID=m");
  }

  private static List<ApiRequest> requests(ApiCall call, String query) {
    return IntStream.range(0, MEETINGS)
        .mapToObj(number -> WholeCore.request(call, query + number))
        .toList();
  }

  /** Stops it. */
  @TearDown
  public void stop() {
    core.balancer().close();
    admin.close();
  }

  /** isMeetingRunning of a known meeting, relayed. */
  @Benchmark
  public Answer relays() {
    return answer(polls);
  }

  /** join of a known meeting. */
  @Benchmark
  public Answer redirects() {
    return answer(joins);
  }

  private Answer answer(List<ApiRequest> calls) {
    position = position + 1 & MEETINGS - 1;
    return core.gateway()
        .handle(calls.get(position), new Cancellation())
        .toCompletableFuture()
        .join();
  }
}
