package io.tinyscale.it;

import io.tinyscale.process.Keytool;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A self-signed certificate: a context with its keys, and a PEM file with the certificate. */
record TestCertificate(SSLContext context, Path pem) {

  private static final String PASSWORD = "changeit";

  /** A fresh certificate for that name, as keytool makes it. */
  static TestCertificate of(String name, Path directory) throws Exception {
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
    return new TestCertificate(context, pem);
  }
}
