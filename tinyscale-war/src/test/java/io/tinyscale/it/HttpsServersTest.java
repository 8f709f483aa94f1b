package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.process.Keytool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers over https, with a certificate that is trusted through a CA file alone. */
class HttpsServersTest {

  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  @Test
  void trustsTheCasOfThePemFile() throws Exception {
    Certificate certificate = certificate("ip:127.0.0.1");
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
    Certificate certificate = certificate("ip:127.0.0.1");
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
    Certificate certificate = certificate("dns:bbb.example.org");
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

  private record Certificate(SSLContext context, Path pem) {}

  /** A fresh self-signed certificate for that name, as keytool makes it. */
  private Certificate certificate(String name) throws Exception {
    Path store = directory.resolve("keys.p12");
    String[] generate = {
      "-genkeypair",
      "-alias",
      "server",
      "-keyalg",
      "EC",
      "-dname",
      "CN=simulated",
      "-validity",
      "2",
      "-storetype",
      "PKCS12",
      "-ext",
      "san=" + name
    };
    Keytool.run(store, PASSWORD, generate);
    Path pem = directory.resolve("ca.pem");
    Keytool.run(
        store, PASSWORD, "-exportcert", "-rfc", "-alias", "server", "-file", pem.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new Certificate(context, pem);
  }
}
