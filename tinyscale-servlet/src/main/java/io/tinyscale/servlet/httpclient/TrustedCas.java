package io.tinyscale.servlet.httpclient;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities whose certificates servers may show: the JVM's own, and those of a PEM file. */
final class TrustedCas {

  private TrustedCas() {}

  /**
   * A TLS context that trusts them, made now if there is a file to read, or else when it is needed.
   *
   * @param pemFile further certificates; the configuration has been checked to name such a file
   * @throws IllegalStateException if that is no longer so
   */
  static Supplier<SSLContext> contexts(Optional<Path> pemFile) {
    if (pemFile.isEmpty()) {
      return () -> context(pemFile);
    }
    SSLContext made = context(pemFile);
    return () -> made;
  }

  /**
   * A TLS context that trusts them.
   *
   * @param pemFile further certificates; the configuration has been checked to name such a file
   * @throws IllegalStateException if that is no longer so
   */
  static SSLContext context(Optional<Path> pemFile) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(pemFile), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  private static TrustManager @Nullable [] trustManagers(Optional<Path> pemFile)
      throws GeneralSecurityException, IOException {
    if (pemFile.isEmpty()) {
      return null;
    }
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    int number = 0;
    for (X509Certificate ca : authoritiesOfTheJvm()) {
      trusted.setCertificateEntry("jvm-" + number++, ca);
    }
    for (Certificate ca : certificates(pemFile.get())) {
      trusted.setCertificateEntry("file-" + number++, ca);
    }
    return trustManagers(trusted);
  }

  private static List<X509Certificate> authoritiesOfTheJvm() throws GeneralSecurityException {
    for (TrustManager manager : trustManagers((KeyStore) null)) {
      if (manager instanceof X509TrustManager x509) {
        return List.of(x509.getAcceptedIssuers());
      }
    }
    return List.of();
  }

  private static TrustManager[] trustManagers(@Nullable KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private static Collection<? extends Certificate> certificates(Path pemFile)
      throws GeneralSecurityException, IOException {
    try (InputStream pem = Files.newInputStream(pemFile)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    }
  }
}
