package io.tinyscale.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.call.CallLimits;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.ExecutableSettings;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolSettings;
import io.tinyscale.config.TransportSettings;
import io.tinyscale.health.HealthSettings;
import io.tinyscale.health.StartupCheck;
import io.tinyscale.http.TrustedProxies;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.MeetingSettings;
import io.tinyscale.observe.LogSettings;
import io.tinyscale.placement.ExpectedLoadSettings;
import io.tinyscale.placement.PlacementSettings;
import io.tinyscale.tenant.UnsignedBodies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TinyscaleConfigTest {

  private static final String SECRET = "hKq8sFk2pZ4711";

  @TempDir private Path folder;

  private final Map<String, String> parameters = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void haveAPoolFileAndASecret() throws IOException {
    Path pool = folder.resolve("servers.json");
    Files.writeString(pool, "[{\"host\": \"https://bbb1.example.org\", \"secret\": \"one\"}]");
    environment.put("TINYSCALE_SERVERS", pool.toString());
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("PATH", "/usr/bin");
    properties.put("java.version", "17");
  }

  @Test
  void hasTheDocumentedDefaults() {
    TinyscaleConfig config = read();

    assertThat(config.frontEnds().secrets()).containsExactly(Secret.of(SECRET));
    assertThat(config.pool().file()).isEqualTo(folder.resolve("servers.json"));
    assertThat(config.pool().servers()).hasSize(1);
    assertThat(config.placement()).isEqualTo(new PlacementSettings("round-robin", false));
    assertThat(config.frontEnds().algorithms())
        .containsExactlyInAnyOrder(ChecksumAlgorithm.values());
    assertThat(config.frontEnds().unsignedBodies()).isEqualTo(UnsignedBodies.ACCEPT);
    assertThat(config.health())
        .isEqualTo(
            new HealthSettings(
                Duration.ofSeconds(10), Duration.ofSeconds(5), 2, 2, StartupCheck.ABORT));
    assertThat(config.calls())
        .isEqualTo(
            new CallLimits(
                Duration.ofSeconds(8),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(1),
                64L << 20,
                64 << 10,
                5000,
                Math.max(2 << 20, Runtime.getRuntime().maxMemory() / 8)));
    assertThat(config.transport())
        .isEqualTo(new TransportSettings(Duration.ofSeconds(2), 2000, List.of()));
    assertThat(config.meetings())
        .isEqualTo(new MeetingSettings(Balancers.AUTO, Duration.ofSeconds(20), 50_000));
    assertThat(config.relay().isOn()).isFalse();
    assertThat(config.relay())
        .isEqualTo(
            new RelaySettings(
                null, null, List.of("public"), Duration.ofHours(24), null, List.of()));
  }

  @Test
  void readsEveryKey() {
    environment.put("TINYSCALE_STRICT", "true");
    environment.put("TINYSCALE_PLACEMENT", "expected-load");
    environment.put("TINYSCALE_PLACEMENT_RESERVE", "40");
    environment.put("TINYSCALE_PLACEMENT_SETTLE", "15m");
    environment.put("TINYSCALE_PLACEMENT_VIDEO", "0.35");
    environment.put("TINYSCALE_PLACEMENT_HISTORY", folder.resolve("history").toString());
    environment.put("TINYSCALE_STARTUP_CHECK", "warn");
    environment.put("TINYSCALE_CHECKSUM_ALGORITHMS", "sha256, sha512");
    environment.put("TINYSCALE_BODY_UNSIGNED", "refuse");
    environment.put("TINYSCALE_CACHE_TTL", "0");
    environment.put("TINYSCALE_HEALTH_INTERVAL", "2m");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "1500ms");
    environment.put("TINYSCALE_HEALTH_UNHEALTHY", "3");
    environment.put("TINYSCALE_HEALTH_HEALTHY", "4");
    environment.put("TINYSCALE_BALANCERS", "several");
    environment.put("TINYSCALE_MEETING_PATIENCE", "1m");
    environment.put("TINYSCALE_TIMEOUT_CONNECT", "1s");
    environment.put("TINYSCALE_TIMEOUT_ANSWER", "9s");
    environment.put("TINYSCALE_TIMEOUT_CREATE", "1m");
    environment.put("TINYSCALE_TIMEOUT_LIST", "6s");
    environment.put("TINYSCALE_TIMEOUT_RECORDINGS", "25s");
    environment.put("TINYSCALE_LIMIT_BODY", "1GiB");
    environment.put("TINYSCALE_LIMIT_QUERY", "8192");
    environment.put("TINYSCALE_LIMIT_CALLS", "300");
    environment.put("TINYSCALE_LIMIT_CALLS_SERVER", "200");
    environment.put("TINYSCALE_LIMIT_MEETINGS", "100000");
    environment.put("TINYSCALE_LIMIT_HELD", "32MiB");
    environment.put("TINYSCALE_RELAY_URL", "HTTPS://LB.example.org:8443/tiny/");
    environment.put("TINYSCALE_RELAY_SPOOL", folder.resolve("spool").toString());
    environment.put(
        "TINYSCALE_RELAY_ALLOW", "public, Moodle.internal\t*.schools.local 10.20.0.0/16,fd00::/8");
    environment.put("TINYSCALE_RELAY_KEEP", "90m");
    environment.put("TINYSCALE_RELAY_PROXY", "http://proxy.example.org:3128");
    environment.put("TINYSCALE_HOST", "127.0.0.1");
    environment.put("TINYSCALE_LOG_LEVEL", "debug");
    environment.put("TINYSCALE_LOG_FORMAT", "json");
    environment.put("TINYSCALE_LOG_CALLS", "all");
    environment.put("TINYSCALE_LOG_SLOW", "1s");
    environment.put("TINYSCALE_PROXY_TRUSTED", "10.0.0.1,fd00::/8");
    environment.put("TINYSCALE_STOP_WAIT", "3s");

    TinyscaleConfig config = read();

    assertThat(config.placement())
        .isEqualTo(
            new PlacementSettings(
                "expected-load",
                true,
                new ExpectedLoadSettings(40, Duration.ofMinutes(15), 0.35),
                folder.resolve("history"),
                List.of()));
    assertThat(config.placement().description())
        .isEqualTo(
            "expected-load reserve=40 settle=15m video=0.35 history=" + folder.resolve("history"));
    assertThat(config.frontEnds().algorithms())
        .containsExactlyInAnyOrder(ChecksumAlgorithm.SHA256, ChecksumAlgorithm.SHA512);
    assertThat(config.frontEnds().unsignedBodies()).isEqualTo(UnsignedBodies.REFUSE);
    assertThat(config.health())
        .isEqualTo(
            new HealthSettings(
                Duration.ofMinutes(2), Duration.ofMillis(1500), 3, 4, StartupCheck.WARN));
    assertThat(config.meetings())
        .isEqualTo(new MeetingSettings(Balancers.SEVERAL, Duration.ofMinutes(1), 100_000));
    assertThat(config.calls())
        .isEqualTo(
            new CallLimits(
                Duration.ofSeconds(9),
                Duration.ofMinutes(1),
                Duration.ofSeconds(6),
                Duration.ofSeconds(25),
                Duration.ZERO,
                1L << 30,
                8192,
                300,
                32L << 20));
    assertThat(config.transport())
        .isEqualTo(new TransportSettings(Duration.ofSeconds(1), 200, List.of()));
    assertThat(config.relay())
        .isEqualTo(
            new RelaySettings(
                URI.create("https://lb.example.org:8443/tiny"),
                folder.resolve("spool"),
                List.of("public", "moodle.internal", "*.schools.local", "10.20.0.0/16", "fd00::/8"),
                Duration.ofMinutes(90),
                InetSocketAddress.createUnresolved("proxy.example.org", 3128),
                List.of()));
    assertThat(config.relay().prefix())
        .isEqualTo("https://lb.example.org:8443/tiny/bigbluebutton/tinyscale/callback/");
    assertThat(config.executable())
        .isEqualTo(
            new ExecutableSettings(
                "127.0.0.1",
                ExecutableSettings.LogLevel.DEBUG,
                ExecutableSettings.LogFormat.JSON,
                Duration.ofSeconds(3),
                List.of()));
    assertThat(config.log())
        .isEqualTo(
            new LogSettings(
                TrustedProxies.parse("10.0.0.1,fd00::/8").orElseThrow(),
                LogSettings.Calls.ALL,
                Duration.ofSeconds(1)));
  }

  @Test
  void slowCallsCanBeLeftOutOfTheLog() {
    environment.put("TINYSCALE_LOG_SLOW", "off");

    assertThat(read().log().slow()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aWrongProxyIsAMistakeThatSaysHowToCorrectIt() {
    environment.put("TINYSCALE_PROXY_TRUSTED", "10.0.0.1, proxy.example.org");

    assertThat(refused().getMessage())
        .isEqualTo(
            "proxy.trusted: 10.0.0.1, proxy.example.org in TINYSCALE_PROXY_TRUSTED, the"
                + " environment (expected: addresses, or ranges such as 10.20.0.0/16, separated by"
                + " commas; or none). Correct it, or remove it for the default, 127.0.0.0/8,::1.");
  }

  @Test
  void keysOfTheExecutableHaveNoEffectElsewhereAndAWarningSaysSo() {
    environment.put("TINYSCALE_HOST", "no host at all");
    environment.put("TINYSCALE_LOG_LEVEL", "verbose");
    environment.put("TINYSCALE_LOG_FORMAT", "xml");
    environment.put("TINYSCALE_STOP_WAIT", "long");

    TinyscaleConfig config = TinyscaleConfig.read(sources());

    assertThat(config.executable().host()).isEmpty();
    assertThat(config.executable().logLevel()).isEqualTo(ExecutableSettings.LogLevel.INFO);
    assertThat(config.executable().warnings())
        .containsExactly(
            "host: without effect in TINYSCALE_HOST, the environment. Only the executable uses it."
                + " Set the address in the web server's configuration.",
            "log.level: without effect in TINYSCALE_LOG_LEVEL, the environment. Only the executable"
                + " uses it. Set the level in the web server's log.",
            "log.format: without effect in TINYSCALE_LOG_FORMAT, the environment. Only the"
                + " executable uses it. Set the format in the web server's log.",
            "stop.wait: without effect in TINYSCALE_STOP_WAIT, the environment. Only the executable"
                + " uses it. The web server decides when a web application stops.");
  }

  @Test
  void keysOfTheRelayHaveNoEffectWithoutItsUrlAndAWarningSaysSo() {
    environment.put("TINYSCALE_RELAY_KEEP", "1h");
    properties.put("tinyscale.relay.spool", "spool");

    assertThat(read().relay().warnings())
        .containsExactly(
            "relay.spool: without effect in tinyscale.relay.spool, the system properties."
                + " Callbacks are relayed only with relay.url.",
            "relay.keep: without effect in TINYSCALE_RELAY_KEEP, the environment."
                + " Callbacks are relayed only with relay.url.");
  }

  @ParameterizedTest
  @CsvSource({
    "TINYSCALE_RELAY_URL, https://me:4711@lb.example.org, https://***@lb.example.org",
    "TINYSCALE_RELAY_PROXY, http://me:47@11@lb.example.org:3128, http://***@lb.example.org:3128",
    "TINYSCALE_RELAY_PROXY, me:47/11@lb.example.org:3128, ***@lb.example.org:3128",
    "TINYSCALE_RELAY_PROXY, http://me:47/11@lb.example.org, http://***@lb.example.org",
    "TINYSCALE_RELAY_PROXY, https://me:11@a http://me:4711@b, https://***@b"
  })
  void anAddressWithAUserIsAProblemAndTheUserIsNotShown(
      String variable, String value, String shown) {
    environment.put(variable, value);

    assertThat(refused().getMessage()).contains(": " + shown + " in ").doesNotContain("me:", "11");
  }

  @Test
  void theSpoolOfTheRelayIsADirectory() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    environment.put("TINYSCALE_RELAY_URL", "https://lb.example.org");
    environment.put("TINYSCALE_RELAY_SPOOL", file.toString());

    assertThat(refused().getMessage())
        .isEqualTo(
            "relay.spool: "
                + file
                + " (expected: a directory). Name a directory, which need not exist yet.");
    environment.put("TINYSCALE_RELAY_SPOOL", folder.toString());
    assertThat(read().relay().spool()).isEqualTo(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://10.0.0.1", "https://[fd00::1]:8443", "https://lb.example.org/a_b/c-d~e.f"})
  void theRelayMayBeReachedAtAnyAddressAndPath(String url) {
    environment.put("TINYSCALE_RELAY_URL", url);

    assertThat(read().relay().prefix()).isEqualTo(url + RelaySettings.PATH);
  }

  @Test
  void theMostSpecificSourceWins() {
    environment.put("TINYSCALE_CACHE_TTL", "1s");
    environment.put("TINYSCALE_TIMEOUT_LIST", "1s");
    properties.put("tinyscale.cache.ttl", "2s");
    properties.put("tinyscale.timeout.list", "2s");
    parameters.put("tinyscale.cache.ttl", "3s");

    TinyscaleConfig config = read();

    assertThat(config.calls().reuse()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.calls().list()).isEqualTo(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @EnumSource(ConfigKey.class)
  void oneRuleGivesEveryNameOfAKey(ConfigKey key) {
    assertThat(key.property()).isEqualTo("tinyscale." + key.key());
    assertThat(key.variable())
        .isEqualTo("TINYSCALE_" + key.key().toUpperCase(java.util.Locale.ROOT).replace('.', '_'));
    assertThat(key.meaning()).isNotBlank();
  }

  @Test
  void severalSecretsAreSeparatedByBlanks() {
    environment.put("TINYSCALE_SECRET", " old  new\told ");

    assertThat(read().frontEnds().secrets()).containsExactly(Secret.of("old"), Secret.of("new"));
  }

  @Test
  void readsTheSecretFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "\uFEFFold\r\nnew\n");
    environment.remove("TINYSCALE_SECRET");
    environment.put("TINYSCALE_SECRET_FILE", file.toString());

    assertThat(read().frontEnds().secrets()).containsExactly(Secret.of("old"), Secret.of("new"));
  }

  @Test
  void warnsOfAShortSecretOfFrontEnds() {
    assertThat(read().frontEnds().warnings())
        .containsExactly(
            "secret: shorter than 16 characters in TINYSCALE_SECRET, the environment. Choose a"
                + " longer one, as of `openssl rand -hex 32`.");

    environment.put("TINYSCALE_SECRET", "0123456789abcdef");

    assertThat(read().frontEnds().warnings()).isEmpty();
  }

  @Test
  void warnsOfASecretFileThatOthersMayRead() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "0123456789abcdef");
    environment.remove("TINYSCALE_SECRET");
    environment.put("TINYSCALE_SECRET_FILE", file.toString());

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(read().frontEnds().warnings())
        .containsExactly(
            "secret.file: "
                + file
                + " is readable for every user of this machine. Run chmod o-r"
                + " on it.");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(read().frontEnds().warnings()).isEmpty();
  }

  @Test
  void aSecretFileMoreSpecificThanASecretWins() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "from-file");
    properties.put("tinyscale.secret.file", file.toString());

    assertThat(read().frontEnds().secrets()).containsExactly(Secret.of("from-file"));
  }

  @Test
  void aSecretBesideASecretFileIsAProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "from-file");
    environment.put("TINYSCALE_SECRET_FILE", file.toString());

    assertThat(refused())
        .hasMessage(
            "secret: given beside secret.file in the environment (expected: one of the two)."
                + " Remove TINYSCALE_SECRET or the other one.");
  }

  @Test
  void aMissingSecretNamesEveryWayToGiveIt() {
    environment.remove("TINYSCALE_SECRET");

    assertThat(refused())
        .hasMessageStartingWith("secret: missing (expected:")
        .hasMessageContaining("TINYSCALE_SECRET")
        .hasMessageContaining("tinyscale.secret")
        .hasMessageContaining("secret.file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\t\n"})
  void aBlankSecretIsAProblem(String blank) {
    environment.put("TINYSCALE_SECRET", blank);

    assertThat(refused())
        .hasMessageStartingWith("secret: empty in TINYSCALE_SECRET, the environment");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4711\u0000", "47\u200b11", "4711\u00a0x", "\u001b4711"})
  void aSecretWithInvisibleCharactersIsAProblemAndNotShown(String secret) {
    environment.put("TINYSCALE_SECRET", secret);

    assertThat(refused()).hasMessageStartingWith("secret: *** in TINYSCALE_SECRET");
    assertThat(refused().getMessage()).doesNotContain("47");
  }

  @Test
  void aSecretFileThatIsMissingEmptyOrAFolderIsAProblem() throws IOException {
    environment.remove("TINYSCALE_SECRET");
    Path file = folder.resolve("secret");
    environment.put("TINYSCALE_SECRET_FILE", file.toString());

    assertThat(refused()).hasMessageStartingWith("secret.file: " + file + " (expected: a readable");
    assertThat(refused()).hasMessageContaining("no such file");
    Files.writeString(file, " \n");
    assertThat(refused()).hasMessageStartingWith("secret.file: empty in " + file);
    environment.put("TINYSCALE_SECRET_FILE", folder.toString());
    assertThat(refused()).hasMessageContaining("a directory");
    environment.put("TINYSCALE_SECRET_FILE", " ");
    assertThat(refused()).hasMessageStartingWith("secret.file: empty in TINYSCALE_SECRET_FILE");
  }

  @ParameterizedTest
  @CsvSource({
    "TINYSCALE_STRICT, yes, true or false",
    "TINYSCALE_STRICT, TRUE, true or false",
    "TINYSCALE_STRICT, '', true or false",
    "TINYSCALE_PLACEMENT, random, 'expected-load, or the full name of a class'",
    "TINYSCALE_PLACEMENT, org.example., 'expected-load, or the full name of a class'",
    "TINYSCALE_PLACEMENT, org/example/Fullest, 'expected-load, or the full name of a class'",
    "TINYSCALE_STARTUP_CHECK, ignore, 'abort, warn'",
    "TINYSCALE_CHECKSUM_ALGORITHMS, md5, 'sha1, sha256, sha384, sha512'",
    "TINYSCALE_CHECKSUM_ALGORITHMS, 'sha1,', 'sha1, sha256, sha384, sha512'",
    "TINYSCALE_CHECKSUM_ALGORITHMS, '', 'sha1, sha256, sha384, sha512'",
    "TINYSCALE_CACHE_TTL, 1, 'a number with its unit, such as 500ms'",
    "TINYSCALE_CACHE_TTL, -1s, 'a number with its unit'",
    "TINYSCALE_CACHE_TTL, 1.5s, 'a number with its unit'",
    "TINYSCALE_CACHE_TTL, 25h, from 0 to 24h",
    "TINYSCALE_HEALTH_INTERVAL, 0, from 1ms to 24h",
    "TINYSCALE_HEALTH_INTERVAL, 999999999999h, from 1ms to 24h",
    "TINYSCALE_HEALTH_TIMEOUT, 5 s, 'a number with its unit'",
    "TINYSCALE_HEALTH_UNHEALTHY, 0, from 1 to 1000",
    "TINYSCALE_HEALTH_HEALTHY, two, a whole number",
    "TINYSCALE_BALANCERS, two, 'auto, one, several'",
    "TINYSCALE_BALANCERS, '', 'auto, one, several'",
    "TINYSCALE_MEETING_PATIENCE, 20, 'a number with its unit'",
    "TINYSCALE_MEETING_PATIENCE, 0s, from 1ms to 24h",
    "TINYSCALE_TIMEOUT_CONNECT, 2sec, 'a number with its unit'",
    "TINYSCALE_TIMEOUT_ANSWER, 0s, from 1ms to 24h",
    "TINYSCALE_TIMEOUT_CREATE, soon, 'a number with its unit'",
    "TINYSCALE_TIMEOUT_LIST, 0ms, from 1ms to 24h",
    "TINYSCALE_TLS_CA, '', the path of a file",
    "TINYSCALE_SERVERS, ' ', the path of a file",
    "TINYSCALE_RELAY_URL, lb.example.org, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, '', the public address of tinyscale",
    "TINYSCALE_RELAY_URL, ftp://lb.example.org, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https:///tiny, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https://lb.example.org?x, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https://lb.example.org/#x, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https://lb.example.org:70000, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https://lb.example.org/a&b, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https://lb.example.org/a/../b, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https://lb.example.org//a, the public address of tinyscale",
    "TINYSCALE_RELAY_URL, https://lb.example.org/bigbluebutton/api, without /bigbluebutton",
    "TINYSCALE_RELAY_URL, https://lb.example.org/bigbluebutton/, without /bigbluebutton",
    "TINYSCALE_RELAY_SPOOL, '', the path of a file",
    "TINYSCALE_RELAY_ALLOW, '', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, 'public https://a.example.org', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, '10.0.0.0/33', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, '10.0.0.256', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, '10.0.0', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, 'fd00::1::2', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, 'fd00::/129', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, 'moodle.internal:8080', 'public, names of hosts'",
    "TINYSCALE_RELAY_ALLOW, 'a.*.local', 'public, names of hosts'",
    "TINYSCALE_RELAY_KEEP, 24, 'a number with its unit'",
    "TINYSCALE_RELAY_KEEP, 25h, from 1ms to 24h",
    "TINYSCALE_RELAY_PROXY, proxy.example.org, the address of a proxy",
    "TINYSCALE_RELAY_PROXY, https://proxy.example.org:3128, the address of a proxy",
    "TINYSCALE_RELAY_PROXY, http://proxy.example.org:0, 'without user and password'",
    "TINYSCALE_LIMIT_BODY, 64MB, 'such as 64KiB or 64MiB'",
    "TINYSCALE_LIMIT_BODY, 0, from 1KiB to 1024GiB",
    "TINYSCALE_LIMIT_BODY, 999999999999GiB, from 1KiB to 1024GiB",
    "TINYSCALE_LIMIT_QUERY, 2MiB, from 1KiB to 1MiB",
    "TINYSCALE_LIMIT_QUERY, 1023, from 1KiB to 1MiB",
    "TINYSCALE_LIMIT_HELD, 1MiB, from 2MiB to 1024GiB",
    "TINYSCALE_HOST, '', a name or an address of this machine",
    "TINYSCALE_HOST, http://here, a name or an address of this machine",
    "TINYSCALE_LOG_LEVEL, verbose, 'error, warn, info, debug'",
    "TINYSCALE_LOG_FORMAT, xml, 'text, json'",
    "TINYSCALE_LOG_CALLS, some, 'off, failed, all'",
    "TINYSCALE_LOG_SLOW, 5, 'a number with its unit'",
    "TINYSCALE_LOG_SLOW, 25h, from 0 to 24h",
    "TINYSCALE_PROXY_TRUSTED, localhost, 'addresses, or ranges such as 10.20.0.0/16'",
    "TINYSCALE_STOP_WAIT, 3, 'a number with its unit'",
    "TINYSCALE_STOP_WAIT, 25h, from 0 to 24h",
    "TINYSCALE_ADMIN_LISTEN, localhost, 'address:port, a port, or off'",
    "TINYSCALE_ADMIN_LISTEN, lb.example.org:3006, 'address:port, a port, or off'",
    "TINYSCALE_METRICS_ACCESS, everybody, 'local, token, open'",
  })
  void aBadValueIsAProblem(String variable, String value, String expected) {
    environment.put(variable, value);

    ConfigException refused = refused();

    assertThat(refused.problems()).hasSize(1);
    assertThat(refused.getMessage())
        .startsWith(variable.substring(10).toLowerCase(java.util.Locale.ROOT).replace('_', '.'))
        .contains(": " + (value.isBlank() ? "empty" : value) + " in " + variable + ", the env")
        .contains("(expected: ")
        .contains(expected);
  }

  @ParameterizedTest
  @CsvSource({"2s, 1000", "7s, 3500", "10s, 5000", "11s, 5000", "1h, 5000"})
  void theTimeForASweepIsAtMostHalfTheInterval(String interval, int millis) {
    environment.put("TINYSCALE_HEALTH_INTERVAL", interval);

    assertThat(read().health().timeout()).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void anOptionOfTheCommandLineIsNamedAsItIsTyped() {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                TinyscaleConfig.readForExecutable(
                    List.of(
                        ConfigSource.options(Map.of("--host", "a b")),
                        ConfigSource.environment(environment))));

    assertThat(refused)
        .hasMessage(
            "host: a b in --host, the command line (expected: a name or an address of this"
                + " machine). Correct it, or remove it to listen on all addresses.");
  }

  @Test
  void healthTimeoutMustBeShorterThanTheInterval() {
    environment.put("TINYSCALE_HEALTH_INTERVAL", "20s");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "30s");

    assertThat(refused())
        .hasMessage(
            "health.timeout: 30s (expected: shorter than health.interval, 20s)."
                + " Lower health.timeout or raise health.interval.");
  }

  @Test
  void connectingMustNotTakeLongerThanTheAnswer() {
    environment.put("TINYSCALE_TIMEOUT_ANSWER", "1s");

    assertThat(refused())
        .hasMessageStartingWith(
            "timeout.connect: 2s (expected: not longer than timeout.answer, 1s");
  }

  @Test
  void createMustNotBeCutOffBeforeOtherCalls() {
    environment.put("TINYSCALE_TIMEOUT_ANSWER", "60s");

    assertThat(refused())
        .hasMessageStartingWith(
            "timeout.create: 30s (expected: not shorter than timeout.answer, 1m");
  }

  @Test
  void whatIsHeldMustHaveRoomForTheLongestHead() {
    environment.put("TINYSCALE_LIMIT_QUERY", "1MiB");
    environment.put("TINYSCALE_LIMIT_HELD", "2MiB");

    assertThat(refused())
        .hasMessage(
            "limit.held: 2MiB (expected: at least 2080KiB, because limit.query is 1MiB)."
                + " Raise limit.held or lower limit.query.");
    environment.put("TINYSCALE_LIMIT_HELD", "2080KiB");
    assertThatNoException().isThrownBy(this::read);
    environment.remove("TINYSCALE_LIMIT_HELD");
    assertThat(read().calls().held()).isGreaterThanOrEqualTo(2080 << 10);
  }

  @Test
  void aBadValueIsTheOnlyProblemOfItsRelation() {
    environment.put("TINYSCALE_HEALTH_INTERVAL", "10 minutes");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "30s");

    assertThat(refusedKeys()).containsExactly("health.interval");
  }

  @Test
  void theVariablesOfTheCommandsAreKnownInTheEnvironmentAlone() {
    environment.put("TINYSCALE_URL", "http://127.0.0.1:3006");
    environment.put("TINYSCALE_TOKEN_FILE", "/etc/tinyscale/admin.token");
    environment.put("TINYSCALE_TOKN", "a-token");
    properties.put("tinyscale.token", "a-token");

    assertThat(refused().getMessage().lines())
        .containsExactly(
            "tinyscale.token: unknown key in the system properties."
                + " Remove it; `--help` lists the keys.",
            "TINYSCALE_TOKN: unknown key in the environment. Did you mean TINYSCALE_TOKEN?");
  }

  @Test
  void anUnknownKeySuggestsASimilarKey() {
    environment.put("TINYSCALE_SECRTE", "x" + SECRET);
    properties.put("tinyscale.health.intervall", "5s");
    properties.put("tinyscale.cacheTtl", "5s");
    parameters.put("tinyscale.colour", "blue");

    assertThat(refused().getMessage().lines())
        .containsExactly(
            "tinyscale.colour: unknown key in the filter's parameters."
                + " Remove it; `--help` lists the keys.",
            "tinyscale.cacheTtl: unknown key in the system properties."
                + " Did you mean tinyscale.cache.ttl?",
            "tinyscale.health.intervall: unknown key in the system properties."
                + " Did you mean tinyscale.health.interval?",
            "TINYSCALE_SECRTE: unknown key in the environment. Did you mean TINYSCALE_SECRET?");
  }

  @Test
  void aPrefixedPortNamesTheRightVariable() {
    environment.put("TINYSCALE_PORT", "8080");

    assertThat(refused()).hasMessageContaining("PORT in the environment, or --port");
  }

  @Test
  void ignoresVariablesThatKubernetesSetsForAService() {
    environment.put("TINYSCALE_SERVICE_HOST", "10.0.0.1");
    environment.put("TINYSCALE_SERVICE_PORT", "80");
    environment.put("TINYSCALE_SERVICE_PORT_HTTP", "80");
    environment.put("TINYSCALE_PORT", "tcp://10.0.0.1:80");
    environment.put("TINYSCALE_PORT_80_TCP", "tcp://10.0.0.1:80");
    environment.put("TINYSCALE_PORT_80_TCP_PROTO", "tcp");
    environment.put("TINYSCALE_METRICS_SERVICE_HOST", "10.0.0.2");

    assertThatNoException().isThrownBy(this::read);
  }

  @Test
  void findsTheProblemsOfAllSourcesAndOfThePoolFileAtOnce() throws IOException {
    Files.writeString(
        folder.resolve("servers.json"), "[{\"host\": \"bbb1.example.org\", \"secret\": \"\"}]");
    environment.remove("TINYSCALE_SECRET");
    environment.put("TINYSCALE_STRICT", "yes");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "30s");
    environment.put("TINYSCALE_COLOUR", "blue");
    properties.put("tinyscale.cache.ttl", "1");
    parameters.put("tinyscale.limit.query", "2MiB");

    assertThat(refusedKeys())
        .containsExactly(
            "TINYSCALE_COLOUR",
            "secret",
            "servers[0].host",
            "servers[0].secret",
            "strict",
            "cache.ttl",
            "health.timeout",
            "limit.query");
  }

  @Test
  void theCaFileMustHoldCertificates() throws IOException {
    Path pem = folder.resolve("ca.pem");
    environment.put("TINYSCALE_TLS_CA", pem.toString());

    assertThat(refused()).hasMessageStartingWith("tls.ca: " + pem + " (expected: a readable file");
    Files.writeString(pem, "");
    assertThat(refused()).hasMessageStartingWith("tls.ca: no certificate in " + pem);
    Files.writeString(pem, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertThat(refused()).hasMessageStartingWith("tls.ca: not a PEM file of certificates in ");
    Files.write(
        pem,
        TinyscaleConfigTest.class
            .getResourceAsStream("/io/tinyscale/config/ca.pem")
            .readAllBytes());
    assertThat(read().transport().authorities()).hasSize(1);
    assertThat(read().transport().toString()).endsWith("authorities=1]");
  }

  @Test
  void aValueCannotForgeALineOfTheMessage() {
    environment.put("TINYSCALE_STRICT", "x\nsecret: fine\u2028" + "y".repeat(1000));

    assertThat(refused().getMessage().lines()).hasSize(1);
    assertThat(refused().getMessage())
        .contains("x\\u000asecret: fine\\u2028yy")
        .hasSizeLessThan(500);
  }

  @Test
  void printsNoSecret() throws IOException {
    Files.writeString(
        folder.resolve("servers.json"),
        "[{\"host\": \"https://bbb1.example.org\", \"secret\": \"" + SECRET + "\"}]");

    assertThat(read().toString()).doesNotContain(SECRET);
    assertThat(ConfigSource.environment(environment).toString()).doesNotContain(SECRET);
  }

  @Test
  void noProblemShowsASecret() throws IOException {
    Files.writeString(
        folder.resolve("servers.json"),
        """
        [{"host": "SECRET", "secret": " SECRET"},
         {"host": "https://x:SECRET@bbb.example.org", "secret": ["SECRET"], "weight": "SECRET"},
         {"host": "https://bbb.example.org?secret=SECRET", "secret": {"value": "SECRET"}},
         "SECRET", ["SECRET"],
         {"host": "https://bbb2.example.org", "secret": "SECRET", "secret": "SECRET"}] "SECRET"
        """
            .replace("SECRET", SECRET));
    environment.put("TINYSCALE_SECRET", SECRET + "\u0007");
    environment.put("TINYSCALE_SECRETS", SECRET);
    properties.put("tinyscale.secret.value", SECRET);

    ConfigException refused = refused();

    assertThat(refused.problems()).hasSizeGreaterThan(9);
    assertThat(refused.toString()).doesNotContain(SECRET);
    assertThat(refused.getCause()).isNull();
  }

  @Test
  void sectionsMadeInCodeAreChecked() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                new HealthSettings(
                    Duration.ZERO, Duration.ofSeconds(-1), 0, 1001, StartupCheck.ABORT))
        .satisfies(e -> assertThat(e.problems()).hasSize(4));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                new HealthSettings(
                    Duration.ofSeconds(5), Duration.ofSeconds(5), 1, 1, StartupCheck.ABORT));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                new CallLimits(
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ofDays(2),
                    0,
                    0,
                    0,
                    0))
        .satisfies(e -> assertThat(e.problems()).hasSize(9));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new TransportSettings(Duration.ZERO, 0, List.of()))
        .satisfies(e -> assertThat(e.problems()).hasSize(2));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new FrontEndSettings(List.of(), Set.of(), UnsignedBodies.ACCEPT))
        .satisfies(e -> assertThat(e.problems()).hasSize(2));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new PoolSettings(Path.of("servers.json"), List.of(), List.of()));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                new RelaySettings(
                    URI.create("lb"), null, List.of("10.0.0"), Duration.ZERO, null, List.of()))
        .satisfies(e -> assertThat(e.problems()).hasSize(3));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new PlacementSettings("roundrobin", true))
        .withMessageContaining("Did you mean round-robin?");
  }

  @Test
  void theKeysOfExpectedLoadHaveNoEffectOnOtherPolicies() {
    environment.put("TINYSCALE_PLACEMENT_RESERVE", "40");
    properties.put("tinyscale.placement.history", "history");

    PlacementSettings placement = read().placement();

    assertThat(placement.warnings())
        .containsExactly(
            "placement.reserve: without effect in TINYSCALE_PLACEMENT_RESERVE, the environment."
                + " Only placement=expected-load uses it.",
            "placement.history: without effect in tinyscale.placement.history, the system"
                + " properties. Only placement=expected-load uses it.");
    assertThat(placement.description()).isEqualTo("round-robin strict=false");
  }

  @ParameterizedTest
  @CsvSource({
    "PLACEMENT_RESERVE, -1",
    "PLACEMENT_RESERVE, 10001",
    "PLACEMENT_SETTLE, 20",
    "PLACEMENT_SETTLE, 25h",
    "PLACEMENT_VIDEO, -0.2",
    "PLACEMENT_VIDEO, 10.1",
    "PLACEMENT_VIDEO, '0,2'",
    "PLACEMENT_VIDEO, NaN",
    "PLACEMENT_HISTORY, ' '",
    "PLACEMENT, expectedload"
  })
  void refusesAWrongValueOfPlacement(String key, String value) {
    environment.put("TINYSCALE_" + key, value);

    assertThat(refused().problems())
        .singleElement()
        .satisfies(
            problem -> assertThat(problem.key()).isEqualTo(key.toLowerCase().replace('_', '.')));
  }

  @Test
  void aConfigurationMadeInCodeHasTheDocumentedDefaults() {
    environment.put("TINYSCALE_SECRET", "0123456789abcdef");
    TinyscaleConfig read = read();

    assertThat(
            TinyscaleConfig.of(
                    FrontEndSettings.of(List.of(Secret.of("0123456789abcdef"))), read.pool())
                .withAdmin(read.admin()))
        .isEqualTo(read);
  }

  @Test
  void relationsOfSectionsMadeInCodeAreChecked() {
    TransportSettings slow = new TransportSettings(Duration.ofSeconds(9), 1, List.of());
    TinyscaleConfig config = read();

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> config.withTransport(slow))
        .withMessageStartingWith("timeout.connect: 9s (expected: not longer than timeout.answer");
  }

  @ParameterizedTest
  @EnumSource(value = ConfigKey.class, names = "ADMIN_PATH", mode = EnumSource.Mode.EXCLUDE)
  void aValueOfEveryKeyIsRead(ConfigKey key) {
    environment.remove("TINYSCALE_SECRET");
    environment.put(key.variable(), "\u0000");

    assertThat(refusedKeys()).contains(key.key());
  }

  @Test
  void reportsBadValuesAndBadRelationsTogether() {
    environment.put("TINYSCALE_HEALTH_HEALTHY", "0");
    environment.put("TINYSCALE_HEALTH_UNHEALTHY", "many");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "30s");
    environment.put("TINYSCALE_TIMEOUT_CONNECT", "20s");
    environment.put("TINYSCALE_LIMIT_CALLS", "0");

    assertThat(refusedKeys())
        .containsExactly(
            "health.timeout",
            "health.unhealthy",
            "health.healthy",
            "timeout.connect",
            "limit.calls");
  }

  private TinyscaleConfig read() {
    return TinyscaleConfig.readForExecutable(sources());
  }

  private List<ConfigSource> sources() {
    return List.of(
        ConfigSource.properties("the filter's parameters", parameters),
        ConfigSource.properties("the system properties", properties),
        ConfigSource.environment(environment));
  }

  /** The keys that the read configuration has problems with, in their order. */
  private List<String> refusedKeys() {
    return refused().problems().stream().map(ConfigException.Problem::key).toList();
  }

  private ConfigException refused() {
    ConfigException refused = catchThrowableOfType(ConfigException.class, this::read);
    assertThat(refused).as("refused").isNotNull();
    return refused;
  }
}
