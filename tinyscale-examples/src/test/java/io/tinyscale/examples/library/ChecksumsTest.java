package io.tinyscale.examples.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.Placer;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksumsTest {

  private final Server bbb1 =
      Server.of(
          "bbb1", URI.create("https://bbb1.example.org/bigbluebutton/api"), Secret.of("sesame"));
  private final Server bbb2 =
      Server.of(
          "bbb2", URI.create("https://bbb2.example.org/bigbluebutton/api"), Secret.of("sesame"));

  @Test
  void whatItSignsItVerifies() {
    String address = Checksums.sign(bbb1, "getMeetingInfo", "meetingID=math+1");
    String query = address.substring(address.indexOf('?') + 1);

    assertThat(address)
        .startsWith(
            "https://bbb1.example.org/bigbluebutton/api/getMeetingInfo"
                + "?meetingID=math+1&checksum=");
    assertThat(Checksums.verify("sesame", "getMeetingInfo", query)).isTrue();
    assertThat(Checksums.verify("other", "getMeetingInfo", query)).isFalse();
    assertThat(Checksums.verify("sesame", "end", query)).isFalse();
  }

  @Test
  void picksOneServerAfterTheOther() {
    Placer placer =
        new Placer(
            new ServerPool(List.of(bbb1, bbb2), 2, 2), new RoundRobin(true), GatewayObserver.NONE);

    assertThat(Checksums.pick(placer, "a", "meetingID=a")).contains(bbb1);
    assertThat(Checksums.pick(placer, "b", "meetingID=b")).contains(bbb2);
  }
}
