package io.tinyscale.bench.micro;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.call.CallLimits;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolSettings;
import io.tinyscale.gateway.Gateway;
import io.tinyscale.health.HealthSettings;
import io.tinyscale.health.StartupCheck;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A balancer as the product starts it, with everything between the container and the HTTP client.
 *
 * @param balancer the balancer; the benchmark closes it
 */
record WholeCore(Balancer balancer) {

  private static final Secret SECRET = Secret.of("secret-of-the-front-ends");

  /** So long that only the first sweep happens. */
  private static final Duration NO_SECOND_SWEEP = Duration.ofHours(24);

  /** Longer than a busy machine needs here, so that no deadline ends a measured call. */
  private static final Duration NOT_MEASURED = Duration.ofMinutes(10);

  /**
   * Starts a balancer.
   *
   * @param upstream answers all requests except the first sweep
   * @param meetings how many meetings {@code m0}, {@code m1}, ... the servers hold in all
   */
  static WholeCore of(Upstream upstream, int servers, int meetings) {
    return of(upstream, servers, meetings, GatewayObserver.NONE);
  }

  /** Starts a balancer that tells an observer what happens. */
  static WholeCore of(Upstream upstream, int servers, int meetings, GatewayObserver observer) {
    List<Server> pool = InstantServers.pool(servers);
    TinyscaleConfig config =
        TinyscaleConfig.of(
                FrontEndSettings.of(List.of(SECRET)),
                new PoolSettings(Path.of("servers.json"), pool, List.of()))
            .withHealth(new HealthSettings(NO_SECOND_SWEEP, NOT_MEASURED, 2, 2, StartupCheck.ABORT))
            .withCalls(unhurried(CallLimits.defaults()));
    return new WholeCore(
        Balancer.of(config)
            .upstream(new FirstSweep(upstream, pool, meetings))
            .observer(observer)
            .start());
  }

  /** The settings, without reuse of answers and with deadlines that are never reached. */
  private static CallLimits unhurried(CallLimits limits) {
    return new CallLimits(
        NOT_MEASURED,
        NOT_MEASURED,
        NOT_MEASURED,
        NOT_MEASURED,
        Duration.ZERO,
        limits.body(),
        limits.query(),
        limits.calls(),
        limits.held());
  }

  /** The gateway of the balancer. */
  Gateway gateway() {
    return balancer.gateway();
  }

  /**
   * Answers the first request to each server with a list of meetings and passes on all other
   * requests.
   */
  private static final class FirstSweep implements Upstream {

    private final Upstream next;
    private final List<Server> pool;
    private final int meetings;
    private final Set<Server> swept = ConcurrentHashMap.newKeySet();

    FirstSweep(Upstream next, List<Server> pool, int meetings) {
      this.next = next;
      this.pool = pool;
      this.meetings = meetings;
    }

    @Override
    public CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
      return swept.add(request.server())
          ? new InstantServers(list(request.server())).send(request, cancellation)
          : next.send(request, cancellation);
    }

    private String list(Server server) {
      StringBuilder list =
          new StringBuilder("<response><returncode>SUCCESS</returncode><meetings>");
      for (int number = pool.indexOf(server); number < meetings; number += pool.size()) {
        list.append("<meeting><meetingID>m")
            .append(number)
            .append("</meetingID><internalMeetingID>m")
            .append(number)
            .append("-1795000000000</internalMeetingID></meeting>");
      }
      return list.append("</meetings></response>").toString();
    }
  }

  /** A call as the container passes it on. */
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
