package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.ServerFields;
import io.tinyscale.health.ServerCheck.Result;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServerChecksTest {

  private static final Duration LIST = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(8);

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer fresh = servers.add("fresh");
  private final ServerChecks checks =
      new ServerChecks(
          new ServerCalls(servers, time, Runnable::run, time::nanos),
          new GatewayObserver() {},
          LIST,
          ANSWER);

  private static PoolEdit.Add add(String host, String secret) {
    return new PoolEdit.Add("fresh", host, Secret.of(secret), ServerFields.NONE);
  }

  private ServerCheck check(String secret) {
    CompletableFuture<ServerCheck> check =
        checks.of(add("https://fresh.example.org", secret)).toCompletableFuture();
    time.advance(LIST.plus(ANSWER));
    assertThat(check).isDone();
    return check.join();
  }

  private ServerCheck check() {
    return check("secret of fresh");
  }

  private static void assertFailed(ServerCheck check, Result result) {
    assertThat(check.result()).isEqualTo(result);
    assertThat(check.meetings()).isEqualTo(-1);
    assertThat(check.cause()).isNotEmpty();
  }

  @Test
  void aServerThatTellsItsMeetingsPasses() {
    fresh.holds("math");
    fresh.holds("art");

    ServerCheck check = check();

    assertThat(check.result()).isEqualTo(Result.PASSED);
    assertThat(check.meetings()).isEqualTo(2);
    assertThat(check.cause()).isEmpty();
  }

  @Test
  void tellsAWrongSecretFromOtherFailures() {
    assertFailed(check("the secret of another server"), Result.SECRET_REFUSED);
  }

  @Test
  void tellsSilenceFromAServerThatIsNoBigBlueButton() {
    fresh.is(Fault.REFUSES);
    assertFailed(check(), Result.UNREACHABLE);

    fresh.is(Fault.SILENT);
    assertFailed(check(), Result.UNREACHABLE);

    fresh.is(Fault.NONE).answersPage("*", 200);
    assertFailed(check(), Result.NOT_BBB);
  }

  @Test
  void aServerWhoseListCannotBeReadDoesNotPass() {
    fresh.is(Fault.SILENT, "getMeetings");

    assertFailed(check(), Result.LIST_UNREAD);
  }

  @Test
  void doesNotAskForAWrongAddress() {
    assertThat(checks.of(add("fresh.example.org", "secret of fresh")).toCompletableFuture())
        .isCompletedWithValueMatching(check -> check.result() == Result.INVALID);
    assertThat(servers.count()).isZero();
  }
}
