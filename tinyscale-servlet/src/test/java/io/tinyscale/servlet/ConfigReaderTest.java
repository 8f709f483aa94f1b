package io.tinyscale.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The places from which a filter is configured; the values are tested in core. */
class ConfigReaderTest {

  @TempDir private Path folder;

  private final Map<String, String> filterParameters = new HashMap<>();
  private final Map<String, String> contextParameters = new HashMap<>();
  private final Properties properties = new Properties();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void haveAPoolFileAndASecret() throws IOException {
    Path pool = folder.resolve("servers.json");
    Files.writeString(pool, "[{\"host\": \"https://bbb1.example.org\", \"secret\": \"one\"}]");
    environment.put("TINYSCALE_SERVERS", pool.toString());
    environment.put("TINYSCALE_SECRET", "from-environment");
  }

  @Test
  void theMostSpecificPlaceWins() {
    filterParameters.put("tinyscale.cache.ttl", "4s");
    contextParameters.put("tinyscale.cache.ttl", "3s");
    contextParameters.put("tinyscale.timeout.list", "3s");
    properties.setProperty("tinyscale.cache.ttl", "2s");
    properties.setProperty("tinyscale.timeout.list", "2s");
    properties.setProperty("tinyscale.timeout.answer", "2s");
    environment.put("TINYSCALE_CACHE_TTL", "1s");
    environment.put("TINYSCALE_TIMEOUT_LIST", "1s");
    environment.put("TINYSCALE_TIMEOUT_ANSWER", "1s");
    environment.put("TINYSCALE_TIMEOUT_CONNECT", "1s");

    TinyscaleConfig config = read();

    assertThat(config.calls().reuse()).isEqualTo(Duration.ofSeconds(4));
    assertThat(config.calls().list()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.calls().answer()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.transport().connect()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void ignoresSettingsOfOthers() {
    filterParameters.put("encoding", "UTF-8");
    contextParameters.put("org.example.setting", "1");
    properties.put("tinyscale.object", new Object());
    properties.put(new Object(), "tinyscale.value");
    environment.put("JAVA_OPTS", "-Xmx1g");

    assertThat(read().pool().servers()).hasSize(1);
  }

  @Test
  void namesThePlaceOfAnUnknownKey() {
    filterParameters.put("tinyscale.a", "1");
    contextParameters.put("tinyscale.b", "1");
    properties.setProperty("tinyscale.c", "1");
    environment.put("TINYSCALE_D", "1");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(this::read)
        .withMessageContaining("tinyscale.a: unknown key in the filter's init parameters.")
        .withMessageContaining("tinyscale.b: unknown key in the context parameters.")
        .withMessageContaining("tinyscale.c: unknown key in the system properties.")
        .withMessageContaining("TINYSCALE_D: unknown key in the environment.");
  }

  private TinyscaleConfig read() {
    return new ConfigReader(properties, environment)
        .read(Declarations.filter(filterParameters, contextParameters));
  }
}
