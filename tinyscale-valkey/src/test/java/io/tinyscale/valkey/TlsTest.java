package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.ROOM;
import static io.tinyscale.valkey.TestStores.failure;
import static io.tinyscale.valkey.TestStores.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.Keytool;
import io.tinyscale.store.SharedStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store behind TLS. */
@Tag("parts")
class TlsTest {

  private static final String PASSWORD = "changeit";

  private final int port = RedisServer.freePort();
  private SSLContext usual;
  private KeyStore keys;
  private RedisServer server;
  private @TempDir Path folder;

  @BeforeEach
  void begin() throws Exception {
    usual = SSLContext.getDefault();
    keys = KeyStore.getInstance("PKCS12");
  }

  @AfterEach
  void end() {
    SSLContext.setDefault(usual);
    server.close();
  }

  @Test
  void aStoreThatTheJvmTrustsIsUsed() throws Exception {
    start("ip:127.0.0.1");
    try (SharedStore store = TestStores.open(address())) {
      SSLContext.setDefault(trusting());

      assertThat(get(store.claim(ROOM, "bbb1", List.of())).server()).isEqualTo("bbb1");
    }
  }

  @Test
  void aStoreThatTheJvmDoesNotTrustIsRefused() throws Exception {
    start("ip:127.0.0.1");
    try (SharedStore store = TestStores.open(address())) {
      assertThat(failure(store.claim(ROOM, "bbb1", List.of()))).contains("certification path");
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    start("ip:127.0.0.2");
    try (SharedStore store = TestStores.open(address())) {
      SSLContext.setDefault(trusting());

      assertThat(failure(store.claim(ROOM, "bbb1", List.of()))).contains("127.0.0.1");
    }
  }

  /** Starts a store whose certificate has this name. */
  private void start(String name) throws Exception {
    Path store = folder.resolve("keys.p12");
    Keytool.run(
        store,
        PASSWORD,
        ("-genkeypair -alias server -keyalg EC -dname CN=store -validity 2 -ext san=" + name)
            .split(" "));
    keys.load(Files.newInputStream(store), PASSWORD.toCharArray());
    Path certificate = folder.resolve("certificate.pem");
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
    Path key = folder.resolve("key.pem");
    Files.writeString(
        key, pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
    server =
        RedisServer.start(
            ("--tls-port %d --tls-auth-clients no --tls-cert-file %s --tls-key-file %s")
                .formatted(port, certificate, key)
                .split(" "));
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(content));
  }

  private SSLContext trusting() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private String address() {
    return "rediss://127.0.0.1:" + port;
  }
}
