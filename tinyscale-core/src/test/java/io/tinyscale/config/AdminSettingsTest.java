package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tinyscale.config.AdminSettings.MetricsAccess;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the admin door is, and who may read metrics there. */
class AdminSettingsTest {

  private static AdminSettings read(
      Function<ConfigValues, AdminSettings> reader, Map<String, String> environment) {
    ConfigValues values = new ConfigValues(List.of(ConfigSource.environment(environment)));
    AdminSettings settings = values.section(reader).orElse(AdminSettings.none());
    values.refuseProblems();
    return settings;
  }

  private static AdminSettings ofExecutable(Map<String, String> environment) {
    return read(AdminSettings::readForExecutable, environment);
  }

  private static AdminSettings ofWebapp(Map<String, String> environment) {
    return read(AdminSettings::read, environment);
  }

  @Test
  void theExecutablesDoorIsForThisMachineAlone() {
    AdminSettings usual = ofExecutable(Map.of());

    assertThat(usual.listen()).hasToString("127.0.0.1:3006");
    assertThat(usual.isListenGiven()).isFalse();
    assertThat(usual.metrics()).isEqualTo(MetricsAccess.LOCAL);
    assertThat(usual.path()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "4000, 127.0.0.1:4000",
    "0, 127.0.0.1:0",
    "127.0.0.9:4000, 127.0.0.9:4000",
    "localhost:4000, 127.0.0.1:4000",
    "[::1]:4000, [0:0:0:0:0:0:0:1]:4000"
  })
  void theDoorMayListenElsewhereOnThisMachine(String text, String address) {
    AdminSettings moved = ofExecutable(Map.of("TINYSCALE_ADMIN_LISTEN", text));

    assertThat(moved.listen()).hasToString(address);
    assertThat(moved.isListenGiven()).isTrue();
  }

  @Test
  void theDoorMayBeOff() {
    assertThat(ofExecutable(Map.of("TINYSCALE_ADMIN_LISTEN", "off")).listen()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "lb.example.org:3006",
        "0.0.0.0:3006",
        "192.0.2.1:3006",
        "[2001:db8::1]:3006"
      })
  void refusesWhatIsNoAddressOfThisMachineAlone(String text) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ofExecutable(Map.of("TINYSCALE_ADMIN_LISTEN", text)))
        .satisfies(
            problem ->
                assertThat(problem.problems())
                    .singleElement()
                    .satisfies(one -> assertThat(one.key()).isEqualTo("admin.listen")));
  }

  @Test
  void aWebApplicationHasADoorOnlyIfAPathIsGiven() {
    assertThat(ofWebapp(Map.of()).path()).isEmpty();
    assertThat(ofWebapp(Map.of()).listen()).isNull();
    assertThat(ofWebapp(Map.of("TINYSCALE_ADMIN_PATH", "/ops")).path()).isEqualTo("/ops");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ops", "/", "/ops/", "/o ps", "/bigbluebutton/ops", "/../x?y"})
  void refusesWhatIsNoPathForADoor(String text) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ofWebapp(Map.of("TINYSCALE_ADMIN_PATH", text)))
        .satisfies(
            problem ->
                assertThat(problem.problems())
                    .singleElement()
                    .satisfies(one -> assertThat(one.key()).isEqualTo("admin.path")));
  }

  @Test
  void warnsOfTheOthersKey() {
    assertThat(ofExecutable(Map.of("TINYSCALE_ADMIN_PATH", "/ops")).warnings())
        .singleElement()
        .asString()
        .startsWith("admin.path: without effect");
    assertThat(ofWebapp(Map.of("TINYSCALE_ADMIN_LISTEN", "off")).warnings())
        .singleElement()
        .asString()
        .startsWith("admin.listen: without effect");
  }

  @Test
  void metricsMayBeOpen() {
    assertThat(ofWebapp(Map.of("TINYSCALE_METRICS_ACCESS", "open")).metrics())
        .isEqualTo(MetricsAccess.OPEN);
  }
}
