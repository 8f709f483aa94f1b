package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts of docs/monitoring.md are raised when they should be, and only then. */
@Tag("parts")
class AlertRulesTest {

  private static final Pattern RULES = Pattern.compile("(?s)```yaml\n(groups:\n.*?)```");

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Matcher rules = RULES.matcher(Files.readString(Path.of("..", "docs", "monitoring.md")));
    assertThat(rules.find()).isTrue();
    Files.writeString(folder.resolve("rules.yml"), rules.group(1));
    try (InputStream cases = AlertRulesTest.class.getResourceAsStream("alerts.yml")) {
      Files.copy(cases, folder.resolve("alerts.yml"));
    }
  }

  private String promtool(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "promtool";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process promtool =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void eachIsRaisedWhenItShouldBe() throws Exception {
    promtool("test", "rules", "alerts.yml");
  }

  @Test
  void promtoolFindsNothingToCriticize() throws Exception {
    assertThat(promtool("check", "rules", "--lint=all", "rules.yml")).contains("4 rules found");
  }
}
