package io.tinyscale.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.compare.Scenario.Servers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScenarioTest {

  @Test
  void countsNoSweeps() {
    Scenario relay = named("relay");

    assertThat(relay.counts("isMeetingRunning")).isTrue();
    assertThat(relay.counts("getMeetings")).isFalse();
    assertThat(relay.counts("list")).isFalse();
    assertThat(named("list").counts("getMeetings")).isTrue();
    assertThat(named("list").counts("list")).isFalse();
  }

  @Test
  void keepsItsSettingsWhenAnotherIsMade() {
    Scenario scenario = named("a");

    assertThat(scenario.withSetting("health.interval", "1s").withSetting("cache.ttl", "0"))
        .extracting(Scenario::settings)
        .isEqualTo(Map.of("health.interval", "1s", "cache.ttl", "0"));
  }

  private static Scenario named(String name) {
    return Scenario.of(name, "b", List.of("nginx"), Servers.of(1, 1), new Requests().create());
  }
}
