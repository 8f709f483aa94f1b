package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.meeting.LastSweeps.LastSweep;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LastSweepsTest {

  private final Server bbb1 = server("bbb1");
  private final Server bbb2 = server("bbb2");
  private final ServerPool pool = new ServerPool(List.of(bbb1, bbb2), 1, 1);
  private final LastSweeps sweeps = new LastSweeps(pool);

  private static Server server(String name) {
    URI api = URI.create("https://" + name + ".example.org/bigbluebutton/api");
    return Server.of(name, api, Secret.of("sesame"));
  }

  @Test
  void forgetsTheSweepsOfServersThatLeftThePool() {
    sweeps.swept(bbb1, Map.of(), 1);
    sweeps.swept(bbb2, Map.of(), 2);
    assertThat(sweeps.of(bbb1)).contains(new LastSweep(1, 0));

    pool.startsDown(bbb1);
    pool.replace(List.of(bbb2), Set.of());
    sweeps.swept(bbb2, Map.of(), 3);

    assertThat(sweeps.of(bbb1)).isEmpty();
    assertThat(sweeps.of(bbb2)).contains(new LastSweep(3, 0));
  }
}
