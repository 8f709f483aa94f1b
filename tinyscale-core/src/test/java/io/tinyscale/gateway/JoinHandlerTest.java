package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.meeting.Location;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.Placer;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the directory hears of joins. */
class JoinHandlerTest {

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final Server bbb1 = servers.add("bbb1").server();
  private final FakeDirectory directory = new FakeDirectory();
  private final List<String> joined = new ArrayList<>();
  private final JoinHandler handler =
      new JoinHandler(
          directory,
          new Placer(
              new ServerPool(servers.all(), 2, 2), new RoundRobin(true), GatewayObserver.NONE),
          server -> joined.add(server.name()),
          new CreateGate(Runnable::run),
          new ServerCalls(servers, time, Runnable::run, time::nanos),
          TestBalancer.LIST);

  private Answer join() {
    ApiRequest request =
        new ApiRequest(
            "GET",
            ApiCall.JOIN,
            new QueryString("meetingID=math&fullName=Ann"),
            List.of(),
            "",
            Body.EMPTY);
    Tenant tenant = new Tenant("front", List.of(Secret.of("front")));
    return TestBalancer.now(
        handler
            .answer(new AcceptedCall(request, tenant, new Cancellation()))
            .toCompletableFuture());
  }

  @Test
  void tellsTheDirectoryWhenAJoinGoesOut() {
    directory.location = new Location.Found(bbb1);

    assertThat(TestBalancer.location(join())).startsWith("https://bbb1.example.org/");

    assertThat(directory.told).containsExactly("joining math on bbb1");
    assertThat(joined).containsExactly("bbb1");
  }

  @Test
  void tellsTheDirectoryNothingOfAJoinThatGoesNowhere() {
    join();

    assertThat(directory.told).isEmpty();
    assertThat(joined).isEmpty();
  }
}
