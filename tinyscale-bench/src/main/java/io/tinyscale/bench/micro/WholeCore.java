package io.tinyscale.bench.micro;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.gateway.Gateway;
import io.tinyscale.gateway.GatewayLimits;
import io.tinyscale.gateway.HookCopies;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.upstream.ServerCalls;
import io.tinyscale.upstream.Upstream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Everything between the container and the HTTP client, put together as the product does it.
 *
 * @param gateway answers calls
 * @param directory knows the meetings {@code m0}, {@code m1}, ...
 * @param timer to be shut down in the end
 */
record WholeCore(Gateway gateway, ProbedDirectory directory, ScheduledThreadPoolExecutor timer) {

  private static final Secret SECRET = Secret.of("secret-of-the-front-ends");
  private static final Duration ANSWER = Duration.ofSeconds(8);
  private static final Duration CREATE = Duration.ofSeconds(30);
  private static final Duration LIST = Duration.ofSeconds(5);

  /**
   * Puts it together.
   *
   * @param work merges lists
   */
  static WholeCore of(Upstream upstream, int servers, int meetings, Executor work) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    timer.setRemoveOnCancelPolicy(true);
    List<Server> all = InstantServers.pool(servers);
    ServerPool pool = new ServerPool(all, 2, 2);
    ServerCalls calls = new ServerCalls(upstream, timer, work, System::nanoTime);
    ProbedDirectory directory =
        new ProbedDirectory(
            pool,
            calls,
            GatewayObserver.NONE,
            LIST,
            CREATE,
            Duration.ofSeconds(1),
            System::nanoTime);
    fill(directory, all, meetings);
    Gateway gateway =
        new Gateway(
            new Authenticator(
                List.of(new Tenant("front", List.of(SECRET))),
                EnumSet.allOf(ChecksumAlgorithm.class)),
            pool,
            directory,
            new RoundRobin(false),
            calls,
            new HookCopies(pool, calls, ANSWER, GatewayObserver.NONE),
            new GatewayLimits(ANSWER, CREATE, LIST, Duration.ZERO, 64 << 20, 64 << 10, 5_000),
            GatewayObserver.NONE,
            work);
    return new WholeCore(gateway, directory, timer);
  }

  private static void fill(ProbedDirectory directory, List<Server> servers, int meetings) {
    for (int server = 0; server < servers.size(); server++) {
      Map<MeetingId, HeldMeeting> held = new HashMap<>();
      for (int number = server; number < meetings; number += servers.size()) {
        held.put(new MeetingId("m" + number), HeldMeeting.of("m" + number + "-1795000000000"));
      }
      directory.swept(servers.get(server), held, System.nanoTime());
    }
  }

  /** A call as it comes from the container. */
  static ApiRequest request(ApiCall call, String query) {
    QueryString parameters = new QueryString(query);
    return new ApiRequest(
        "GET",
        call,
        parameters.with(
            "checksum", Checksum.of(ChecksumAlgorithm.SHA256, call, parameters, SECRET)),
        List.of(new Header("User-Agent", "front-end/1.0"), new Header("Accept-Language", "de")),
        "",
        Body.EMPTY);
  }
}
