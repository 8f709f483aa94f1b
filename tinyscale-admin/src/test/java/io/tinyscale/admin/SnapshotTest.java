package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.health.MeetingsSeen;
import io.tinyscale.server.Health;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;
import org.junit.jupiter.api.Test;

class SnapshotTest {

  private static OfServer server(int remembered, int inLastSweep) {
    ServerLoad load = new ServerLoad(inLastSweep, 0, 0, ServerLoad.Details.NONE);
    return new OfServer(
        new ServerStatus(Statuses.server("bbb1"), Health.UP, true, load, false, false),
        remembered,
        0,
        2000,
        "",
        MeetingsSeen.Counts.NONE,
        -1);
  }

  @Test
  void aMeetingThatIsYoungerThanTheLastSweepCounts() {
    assertThat(Snapshot.meetings(server(1, 0))).isOne();
    assertThat(Snapshot.meetings(server(0, 2))).isEqualTo(2);
  }
}
