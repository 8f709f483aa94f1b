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
import io.tinyscale.call.CallLimits;
import io.tinyscale.call.Relay;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.meeting.Location;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.Placer;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.ServerPool;
import io.tinyscale.store.Claims;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A create with a slow directory, such as a directory that asks a store. */
class CreateHandlerTest {

  private static final Duration ANSWER = Duration.ofSeconds(8);
  private static final Duration CREATE = Duration.ofSeconds(30);
  private static final CallLimits LIMITS =
      new CallLimits(
          ANSWER, CREATE, ANSWER, ANSWER, Duration.ZERO, 1 << 20, 64 << 10, 1000, 16 << 20);

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer one = servers.add("bbb1");
  private final FakeServer two = servers.add("bbb2");
  private final FakeDirectory directory = new FakeDirectory();
  private final CreateHandler handler = handler();

  private CreateHandler handler() {
    ServerCalls calls = new ServerCalls(servers, time, Runnable::run, time::nanos);
    ServerPool pool = new ServerPool(servers.all(), 2, 2);
    return new CreateHandler(
        directory,
        new Placer(pool, new RoundRobin(true), GatewayObserver.NONE, time::nanos),
        calls,
        new Relay(calls, LIMITS, GatewayObserver.NONE),
        LIMITS,
        GatewayObserver.NONE,
        new CreateGate(Runnable::run),
        CallbackUrls.UNCHANGED,
        Claims.NONE);
  }

  private CompletableFuture<Answer> creating() {
    ApiRequest request =
        new ApiRequest(
            "GET", ApiCall.CREATE, new QueryString("meetingID=math"), List.of(), "", Body.EMPTY);
    Tenant tenant = new Tenant("front", List.of(Secret.of("front")));
    return handler
        .answer(new AcceptedCall(request, tenant, new Cancellation()))
        .toCompletableFuture();
  }

  private static String key(CompletableFuture<Answer> answer) {
    return TestBalancer.reply(TestBalancer.now(answer)).messageKey();
  }

  @Test
  void aCreateIsSentOnceItIsPlaced() {
    CompletableFuture<Answer> answer = creating();
    assertThat(servers.count()).isZero();

    directory.places(one.server(), true);

    assertThat(key(answer)).isEmpty();
    assertThat(one.count("create")).isOne();
    assertThat(directory.told).containsExactly("made on bbb1");
  }

  @Test
  void aCreateIsNotSentIfItsPlacementComesTooLate() {
    CompletableFuture<Answer> answer = creating();

    time.advance(CREATE);
    assertThat(key(answer)).isEqualTo("internalError");
    directory.places(one.server(), true);

    assertThat(servers.count()).isZero();
    assertThat(directory.told).as("the claim is given back").containsExactly("failed on bbb1");
    assertThat(time.alarms()).isZero();
  }

  @Test
  void theNextCreateWaitsUntilANewMeetingIsMade() {
    one.is(Fault.HOLDS, "create");
    creating();
    directory.places(one.server(), true);

    CompletableFuture<Answer> second = creating();
    assertThat(directory.asked).hasSize(1);
    one.release();
    assertThat(directory.asked).as("its turn").hasSize(2);

    directory.places(one.server(), false);
    assertThat(key(second)).isEqualTo("duplicateWarning");
  }

  @Test
  void theNextCreateDoesNotWaitOnceTheHolderIsKnown() {
    directory.location = new Location.Found(one.server());
    one.is(Fault.HOLDS, "create");

    creating();
    creating();

    assertThat(one.count("create")).isEqualTo(2);
  }

  @Test
  void theNextCreateDoesNotWaitIfTheMeetingIsSeenElsewhere() {
    two.is(Fault.HOLDS, "create");
    creating();
    directory.places(two.server(), false);

    creating();

    assertThat(directory.asked).hasSize(2);
  }

  @Test
  void aCreateThatWasNotSentIsPlacedAgain() {
    one.is(Fault.REFUSES);
    CompletableFuture<Answer> answer = creating();

    directory.places(one.server(), true);
    assertThat(directory.asked).hasSize(2);
    directory.places(two.server(), true);

    assertThat(key(answer)).isEmpty();
    assertThat(directory.told).containsExactly("failed on bbb1", "made on bbb2");
  }

  @Test
  void aFailedCreateForAHolderIsNotPlacedElsewhere() {
    directory.location = new Location.Found(one.server());
    one.is(Fault.REFUSES);

    assertThat(key(creating())).isEqualTo("internalError");
    assertThat(directory.asked).isEmpty();
    assertThat(two.requests()).isEmpty();
    assertThat(directory.told)
        .as("it asks the directory a few times where to go")
        .hasSize(4)
        .containsOnly("failed on bbb1");
  }

  @Test
  void aCreateWithALostAnswerIsNotPlacedElsewhere() {
    one.is(Fault.LOSES_ANSWERS);
    CompletableFuture<Answer> answer = creating();

    directory.places(one.server(), true);

    assertThat(key(answer)).isEqualTo("internalError");
    assertThat(directory.asked).hasSize(1);
    assertThat(directory.told).containsExactly("unknown on bbb1");
  }

  @Test
  void doesNotPlaceAMeetingOnAServerThatMayHoldIt() {
    directory.location = new Location.Absent(List.of(one.server(), two.server()), false);

    assertThat(key(creating())).isEqualTo("internalError");
    assertThat(directory.asked).isEmpty();
  }
}
