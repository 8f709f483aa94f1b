package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.it.Packaging.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The parts of packaging/monitoring fit each other and their documents. */
class MonitoringKitTest {

  private static final Path ALERTS_DOCUMENT = Path.of("..", "docs", "alerts.md");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (\\w+)$");

  @Test
  void everyAlertSaysWhatToDo() {
    assertThat(MonitoringKit.alerts())
        .hasSize(16)
        .allSatisfy(
            alert -> {
              String name = alert.at("alert").text();
              Node annotations = alert.at("annotations");
              assertThat(annotations.names())
                  .containsExactly("summary", "description", "runbook_url");
              assertThat(annotations.at("summary").text()).isNotBlank();
              assertThat(annotations.at("description").text()).isNotBlank();
              assertThat(annotations.at("runbook_url").text())
                  .isEqualTo("docs/alerts.md#" + name.toLowerCase(Locale.ROOT));
              assertThat(alert.at("labels", "severity").text()).isIn("critical", "warning", "info");
            });
  }

  @Test
  void theDocumentHasAParagraphForEachAlertAndNoOther() throws IOException {
    List<String> headings =
        HEADING
            .matcher(Files.readString(ALERTS_DOCUMENT))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(headings).containsExactlyElementsOf(MonitoringKit.alertNames());
  }

  @Test
  void everyAlertIsTestedBothWays() {
    Map<String, Set<Boolean>> raised = new HashMap<>();
    for (Node test : MonitoringKit.yaml("alerts-test.yml").at("tests").list()) {
      for (Node check : test.at("alert_rule_test").list()) {
        raised
            .computeIfAbsent(check.at("alertname").text(), first -> new HashSet<>())
            .add(!check.at("exp_alerts").list().isEmpty());
      }
    }

    assertThat(raised).containsOnlyKeys(MonitoringKit.alertNames());
    assertThat(raised.values()).allSatisfy(both -> assertThat(both).containsOnly(true, false));
  }

  @Test
  void prometheusIsToldOfBothPathsAndTheAlerts() {
    Node prometheus = MonitoringKit.yaml("prometheus.yml");

    assertThat(prometheus.at("rule_files").list())
        .extracting(Node::text)
        .containsExactly("alerts.yml");
    Node jobs = prometheus.at("scrape_configs");
    assertThat(jobs.list())
        .extracting(job -> job.at("job_name").text())
        .containsExactly("tinyscale", "bbb");
    assertThat(jobs.list().get(0).has("metrics_path")).isFalse();
    assertThat(jobs.list().get(1).at("metrics_path").text()).isEqualTo("/metrics/bbb");
    assertThat(jobs.list().get(1).at("honor_labels").text()).isEqualTo("true");
  }

  @Test
  void theDashboardIsOneThatGrafana10Takes() {
    Dashboard dashboard = Dashboard.ofTheKit();

    assertThat(dashboard.schemaVersion()).isEqualTo(39);
    assertThat(dashboard.rows())
        .containsExactly("Now", "Servers", "Calls", "Upstream", "Savings", "Process");
    assertThat(dashboard.variables()).containsExactly("datasource", "job", "server");
    assertThat(dashboard.panelIds()).doesNotHaveDuplicates().hasSizeGreaterThan(25);
    assertThat(dashboard.datasources()).containsOnly("${datasource}");
    assertThat(dashboard.occupied()).doesNotHaveDuplicates();
  }

  @Test
  void theDashboardUsesItsVariablesAndNoOther() {
    Set<String> used = new TreeSet<>();
    Pattern.compile("\\$\\{?(\\w+)")
        .matcher(MonitoringKit.text("tinyscale.json"))
        .results()
        .forEach(found -> used.add(found.group(1)));

    assertThat(used).containsExactly("__all", "__rate_interval", "datasource", "job", "server");
  }
}
