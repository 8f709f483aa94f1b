package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts of packaging/monitoring are raised when they should be, and only then. */
@Tag("parts")
class AlertRulesTest {

  @TempDir private Path folder;

  @BeforeEach
  void copyTheKit() {
    MonitoringKit.copy("alerts.yml", folder);
    MonitoringKit.copy("alerts-test.yml", folder);
    MonitoringKit.copy("prometheus.yml", folder);
  }

  @Test
  void eachIsRaisedWhenItShouldBe() {
    assertThat(MonitoringKit.promtool(folder, "test", "rules", "alerts-test.yml"))
        .contains("SUCCESS");
  }

  @Test
  void promtoolFindsNothingToCriticize() {
    assertThat(MonitoringKit.promtool(folder, "check", "rules", "--lint=all", "alerts.yml"))
        .contains(MonitoringKit.alerts().size() + " rules found");
    assertThat(MonitoringKit.promtool(folder, "check", "config", "prometheus.yml"))
        .contains("prometheus.yml is valid", "1 rule files found");
  }
}
