package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.health.StartupException;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message of each failed first check says what the operator has to mend. */
class StartupHintsTest {

  @TempDir Path directory;
  private final Map<String, String> settings = new HashMap<>();

  @ParameterizedTest
  @CsvSource({
    "https://bbb.example.org/bigbluebutton/api/getMeetings?checksum=c0ffee,"
        + " https://bbb.example.org/bigbluebutton/api",
    "https://u:c0ffee@bbb.example.org:8443/a/bigbluebutton/api/getMeetings,"
        + " https://bbb.example.org:8443/a/bigbluebutton/api",
  })
  void aRedirectNamesTheAddressToWrite(String location, String host) throws IOException {
    try (SimulatedServer server = SimulatedServer.builder().start()) {
      server.fault(Fault.redirect(location));

      assertThat(hint(server.uri().toString(), server.secret()))
          .contains("HTTP 302. Write " + host + " as its host.")
          .doesNotContain("c0ffee");
    }
  }

  @Test
  void aRedirectToALoginPageSaysThatThereIsNoBigBlueButton() throws IOException {
    try (SimulatedServer server = SimulatedServer.builder().start()) {
      server.fault(Fault.redirect("/login"));

      assertThat(hint(server.uri().toString(), server.secret()))
          .contains("There is no BigBlueButton at " + server.uri());
    }
  }

  @Test
  void aWrongPathSaysThatThereIsNoBigBlueButton() throws IOException {
    try (SimulatedServer server = SimulatedServer.builder().start()) {
      String root = "http://127.0.0.1:" + server.port();

      assertThat(hint(root + "/wrong", server.secret()))
          .contains("HTTP 404. There is no BigBlueButton at " + root + "/wrong/bigbluebutton/api.")
          .contains("host and its path");
    }
  }

  @Test
  void aPageSaysThatThereIsNoBigBlueButton() throws IOException {
    try (SimulatedServer server = SimulatedServer.builder().start()) {
      server.fault(Fault.html(200));

      assertThat(hint(server.uri().toString(), server.secret()))
          .contains("an HTML page. There is no BigBlueButton at ");
    }
  }

  @Test
  void anUnknownCaNamesTheKey() throws Exception {
    TestCertificate certificate = TestCertificate.of("ip:127.0.0.1", directory);
    try (SimulatedServer server = SimulatedServer.builder().tls(certificate.context()).start()) {

      assertThat(hint(server.uri().toString(), server.secret())).contains("Set tls.ca to a PEM");

      settings.put("tinyscale.tls.ca", certificate.pem().toString());
      assertThatNoException().isThrownBy(() -> check(server.uri().toString(), server.secret()));
    }
  }

  @Test
  void aCertificateOfAnotherNameSaysSo() throws Exception {
    TestCertificate certificate = TestCertificate.of("dns:bbb.example.org", directory);
    settings.put("tinyscale.tls.ca", certificate.pem().toString());
    try (SimulatedServer server = SimulatedServer.builder().tls(certificate.context()).start()) {

      assertThat(hint(server.uri().toString(), server.secret()))
          .contains("Write the name that the server's certificate has as its host.");
    }
  }

  @Test
  void plainTextOnATlsPortNamesTheScheme() throws Exception {
    TestCertificate certificate = TestCertificate.of("ip:127.0.0.1", directory);
    try (SimulatedServer server = SimulatedServer.builder().tls(certificate.context()).start()) {

      assertThat(hint("http://127.0.0.1:" + server.port(), server.secret()))
          .contains("write https:// instead of http://");
    }
  }

  /** What nginx does with plain text on a port of TLS. */
  @Test
  void aBadRequestNamesTheScheme() throws IOException {
    try (SimulatedServer server = SimulatedServer.builder().start()) {
      server.fault(Fault.serverError(400));

      assertThat(hint(server.uri().toString(), server.secret()))
          .contains("HTTP 400")
          .contains("write https:// instead of http://");
    }
  }

  @Test
  void tlsOnAPortOfPlainTextNamesTheScheme() throws IOException {
    try (SimulatedServer server = SimulatedServer.builder().start()) {

      assertThat(hint("https://127.0.0.1:" + server.port(), server.secret()))
          .contains("write http:// instead of https://");
    }
  }

  @Test
  void aRefusedSecretNamesTheCommandThatPrintsIt() throws IOException {
    try (SimulatedServer server = SimulatedServer.builder().start()) {

      assertThat(hint(server.uri().toString(), "not-its-secret-4711"))
          .contains("`bbb-conf --secret` on 127.0.0.1")
          .doesNotContain("4711");
    }
  }

  @Test
  void anUnknownNameIsTheNameToCorrect() throws IOException {
    assertThat(hint("https://bbb1.invalid", "secret")).contains("Correct the name in the server's");
  }

  @Test
  void aServerThatIsNotStartedIsTheServerToStart() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }

    assertThat(hint("http://127.0.0.1:" + free, "secret"))
        .contains("Start the server or mend its host")
        .doesNotContain("https://");
  }

  /** The message of the check, which is never lenient. */
  private String hint(String host, String secret) {
    settings.put("tinyscale.startup.check", "warn");
    StartupException refused =
        catchThrowableOfType(StartupException.class, () -> check(host, secret));
    assertThat(refused).as("refused").isNotNull();
    return refused.getMessage();
  }

  private void check(String host, String secret) throws IOException {
    try (SimulatedServer sound = SimulatedServer.builder().name("sound").start()) {
      Path pool =
          Files.writeString(
              directory.resolve("servers.json"),
              String.format(
                  "[{\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"odd\"},"
                      + " {\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"sound\"}]",
                  host, secret, sound.uri(), sound.secret()));
      settings.put("tinyscale.secret", RunningFilter.SECRET);
      settings.put("tinyscale.servers", pool.toString());
      TinyscaleConfig config =
          TinyscaleConfig.read(List.of(ConfigSource.properties("the test", settings)));
      Balancer.of(config).upstream(HttpCoreUpstream.of(config)).check();
    }
  }
}
