package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerPool;
import io.tinyscale.store.Rendezvous;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfirmationTest {

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final MeetingId MEETING = new MeetingId("math");

  private final ManualTime time = new ManualTime();

  private static List<Server> servers(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                Server.of(
                    "bbb" + i,
                    URI.create("https://bbb" + i + ".example.org/bigbluebutton/api"),
                    Secret.of("secret of a server")))
        .toList();
  }

  private static ServerPool pool(List<Server> servers) {
    ServerPool pool = new ServerPool(servers, 1, 1);
    servers.forEach(server -> pool.startsUp(server, true, new ServerLoad(0, 0, 0)));
    return pool;
  }

  private Confirmation confirmation(ServerPool pool, boolean alike) {
    Confirmation confirmation = new Confirmation(pool, alike, INTERVAL, time::nanos);
    // At first every state is new.
    confirmation.asked(MEETING, pool.snapshot().get(0).server());
    time.advance(INTERVAL.multipliedBy(3));
    return confirmation;
  }

  @Test
  void inASmallPoolAllOtherServersAreAsked() {
    List<Server> servers = servers(Confirmation.MANY - 1);

    assertThat(confirmation(pool(servers), true).asked(MEETING, servers.get(3)))
        .hasSize(servers.size() - 1)
        .doesNotContain(servers.get(3));
  }

  @Test
  void inALargePoolTheFirstServersInTheOrderOfTheMeetingAreAsked() {
    List<Server> servers = servers(40);
    List<Server> order = Rendezvous.order(servers, MEETING);

    Confirmation confirmation = confirmation(pool(servers), true);

    assertThat(confirmation.asked(MEETING, order.get(0)))
        .containsExactlyInAnyOrder(order.get(1), order.get(2), order.get(3));
    assertThat(confirmation.asked(MEETING, order.get(20)))
        .containsExactlyInAnyOrder(order.get(0), order.get(1), order.get(2), order.get(3));
  }

  @Test
  void aServerWhoseStateHasChangedLatelyIsAskedToo() {
    List<Server> servers = servers(40);
    List<Server> order = Rendezvous.order(servers, MEETING);
    ServerPool pool = pool(servers);
    Confirmation confirmation = confirmation(pool, true);

    pool.erred(order.get(31), true, time.nanos(), Duration.ofMinutes(1));

    assertThat(confirmation.asked(MEETING, order.get(0))).contains(order.get(31));
    time.advance(INTERVAL.multipliedBy(2).plusMillis(1));
    assertThat(confirmation.asked(MEETING, order.get(0))).hasSize(3);
  }

  @Test
  void balancersThatChooseDifferentlyMayHaveChosenAnyServer() {
    List<Server> servers = servers(40);

    assertThat(confirmation(pool(servers), false).asked(MEETING, servers.get(0))).hasSize(39);
  }
}
