package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** promtool reads the dashboard's expressions. */
@Tag("parts")
class DashboardTest {

  @Test
  void promtoolTakesEveryExpression(@TempDir Path folder) throws IOException {
    List<String> expressions = Dashboard.ofTheKit().expressions();
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    for (int i = 0; i < expressions.size(); i++) {
      rules.append("  - record: panel:").append(i);
      rules.append("\n    expr: '").append(expressions.get(i)).append("'\n");
    }
    Files.writeString(folder.resolve("dashboard.yml"), rules.toString());

    assertThat(MonitoringKit.promtool(folder, "check", "rules", "dashboard.yml"))
        .contains(expressions.size() + " rules found");
  }
}
