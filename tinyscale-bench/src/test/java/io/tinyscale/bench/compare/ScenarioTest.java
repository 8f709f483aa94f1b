package io.tinyscale.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.compare.Scenario.Servers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScenarioTest {

  @Test
  void keepsItsSettingsWhenAnotherIsMade() {
    Scenario scenario =
        Scenario.of("a", "b", List.of("nginx"), Servers.of(1, 1), new Requests().create());

    assertThat(scenario.withSetting("health.interval", "1s").withSetting("cache.ttl", "0"))
        .extracting(Scenario::settings)
        .isEqualTo(Map.of("health.interval", "1s", "cache.ttl", "0"));
  }
}
