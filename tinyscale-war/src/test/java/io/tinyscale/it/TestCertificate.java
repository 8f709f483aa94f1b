package io.tinyscale.it;

import io.tinyscale.process.Keytool;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate.
 *
 * @param context for its owner
 * @param trusting for those who trust it
 * @param pem a file with the certificate
 * @param keyPem a file with the certificate and its private key
 */
record TestCertificate(SSLContext context, SSLContext trusting, Path pem, Path keyPem) {

  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "server";

  /** A fresh certificate for that name, as keytool makes it. */
  static TestCertificate of(String name, Path directory) throws Exception {
    Path store = directory.resolve("keys.p12");
    String[] generate = {
      "-genkeypair",
      "-alias",
      ALIAS,
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
    Keytool.run(store, PASSWORD, "-exportcert", "-rfc", "-alias", ALIAS, "-file", pem.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    Path keyPem = directory.resolve("server.pem");
    Files.writeString(keyPem, Files.readString(pem) + privateKey(keys));
    return new TestCertificate(context, trusting(keys), pem, keyPem);
  }

  private static String privateKey(KeyStore keys) throws Exception {
    byte[] key = keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static SSLContext trusting(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
