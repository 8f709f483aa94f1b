package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.simulator.SimulatedServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers over https, with a certificate that is trusted through a CA file alone. */
class HttpsServersTest {

  @TempDir Path directory;

  @Test
  void trustsTheCasOfThePemFile() throws Exception {
    TestCertificate certificate = TestCertificate.of("ip:127.0.0.1", directory);
    try (SimulatedServer server = SimulatedServer.builder().tls(certificate.context()).start();
        RunningFilter filter =
            RunningFilter.start(
                TestContainer.Kind.JETTY,
                directory,
                List.of(server),
                "tls.ca",
                certificate.pem().toString())) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(server.uri().getScheme()).isEqualTo("https");
      assertThat(moodle.call("create", "name=Math&meetingID=math")).contains("SUCCESS");
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
      assertThat(moodle.call("getMeetings", "")).contains("<meetingID>math</meetingID>");
      assertThat(
              moodle
                  .get(moodle.signed("join", "meetingID=math&fullName=x&role=viewer"))
                  .headers()
                  .firstValue("Location")
                  .orElseThrow())
          .startsWith(server.uri() + "/join?");
    }
  }

  @Test
  void refusesAnUntrustedCertificate() throws Exception {
    TestCertificate certificate = TestCertificate.of("ip:127.0.0.1", directory);
    try (SimulatedServer server = SimulatedServer.builder().tls(certificate.context()).start()) {

      assertThatThrownBy(
              () ->
                  RunningFilter.start(TestContainer.Kind.JETTY, directory, List.of(server)).close())
          .hasStackTraceContaining("127.0.0.1:" + server.port())
          .hasStackTraceContaining("TLS");
    }
  }

  @Test
  void refusesACertificateForAnotherHost() throws Exception {
    TestCertificate certificate = TestCertificate.of("dns:bbb.example.org", directory);
    try (SimulatedServer server = SimulatedServer.builder().tls(certificate.context()).start()) {

      assertThatThrownBy(
              () ->
                  RunningFilter.start(
                          TestContainer.Kind.JETTY,
                          directory,
                          List.of(server),
                          "tls.ca",
                          certificate.pem().toString())
                      .close())
          .hasStackTraceContaining("127.0.0.1:" + server.port())
          .hasStackTraceContaining("TLS");
    }
  }
}
