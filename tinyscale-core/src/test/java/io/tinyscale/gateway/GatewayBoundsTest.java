package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.tenant.MeetingId;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Servers that list more meetings than the balancer remembers. */
class GatewayBoundsTest {

  private final TestBalancer balancer = new TestBalancer(2);

  @Test
  void refusesACreateIfTheDirectoryIsFull() {
    Map<MeetingId, HeldMeeting> many = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      many.put(new MeetingId("m" + i), HeldMeeting.of(""));
    }
    balancer.pool.passed(balancer.bbb(1).server());
    balancer.directory.swept(balancer.bbb(1).server(), many, balancer.time.nanos());

    assertThat(balancer.key("create", "name=x&meetingID=new")).isEqualTo("serverOverloaded");
    assertThat(balancer.servers.count("create")).isZero();
    assertThat(balancer.reply("create", "name=x&meetingID=m7").succeeded()).isTrue();
    assertThat(balancer.bbb(1).count("create")).isEqualTo(1);
    balancer.bbb(2).holds("behind-our-back");
    assertThat(balancer.reply("create", "name=x&meetingID=behind-our-back").succeeded()).isTrue();
    assertThat(balancer.bbb(2).count("create")).isEqualTo(1);
  }
}
