package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.server.ServerPool;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which BigBlueButton a server has. */
class BbbVersionsTest {

  private static final String ROOT = "";

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer one = servers.add("bbb1");
  private final FakeServer two = servers.add("bbb2");
  private final ServerPool pool = new ServerPool(servers.all(), 2, 2);
  private final BbbVersions versions =
      new BbbVersions(pool, new ServerCalls(servers, time, Runnable::run, time::nanos));

  private static String root(String bbbVersion) {
    return "<response><returncode>SUCCESS</returncode><version>2.0</version><bbbVersion>"
        + bbbVersion
        + "</bbbVersion></response>";
  }

  private void isUp(FakeServer server) {
    versions.serverUp(server.server(), 0);
    time.advance(Duration.ofSeconds(2));
  }

  @Test
  void asksAServerAMomentAfterItIsUp() {
    one.answers(ROOT, root("3.0.4"));

    versions.serverUp(one.server(), 0);
    assertThat(one.count(ROOT)).isZero();
    time.advance(Duration.ofSeconds(2));

    assertThat(versions.of(one.server())).isEqualTo("3.0.4");
    assertThat(versions.of(two.server())).isEmpty();
  }

  @Test
  void asksAgainWhenTheServerIsBack() {
    one.answers(ROOT, root("3.0.4"));
    isUp(one);
    one.answers(ROOT, root("3.1.0-rc.1"));

    isUp(one);

    assertThat(versions.of(one.server())).isEqualTo("3.1.0-rc.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "\"3\"", "012345678901234567890123456789012"})
  void takesNothingElseForAVersion(String told) {
    one.answers(ROOT, root(told));

    isUp(one);

    assertThat(versions.of(one.server())).isEmpty();
  }

  @Test
  void keepsTheVersionOfAServerThatGivesNoAnswer() {
    one.answers(ROOT, root("3.0.4"));
    isUp(one);
    one.is(Fault.SILENT);

    isUp(one);
    time.advance(Duration.ofSeconds(5));

    assertThat(versions.of(one.server())).isEqualTo("3.0.4");
  }

  @Test
  void forgetsAServerThatHasLeftThePool() {
    one.answers(ROOT, root("3.0.4"));
    isUp(one);
    pool.startsDown(one.server());
    pool.replace(List.of(two.server()), Set.of());

    isUp(two);

    assertThat(versions.of(one.server())).isEmpty();
  }

  @Test
  void asksNobodyOnceItIsClosed() {
    versions.serverUp(one.server(), 0);

    versions.close();
    time.advance(Duration.ofSeconds(2));

    assertThat(one.count(ROOT)).isZero();
  }
}
