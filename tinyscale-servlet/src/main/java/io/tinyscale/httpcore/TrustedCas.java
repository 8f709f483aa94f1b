package io.tinyscale.httpcore;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities whose certificates servers may show: the JVM's own, and further ones. */
public final class TrustedCas {

  private TrustedCas() {}

  /**
   * A TLS context that trusts them, made now if there are further ones, or else when it is needed.
   *
   * @param further beside the JVM's own
   */
  public static Supplier<SSLContext> contexts(List<Certificate> further) {
    if (further.isEmpty()) {
      return () -> context(further);
    }
    SSLContext made = context(further);
    return () -> made;
  }

  /** A TLS context that trusts them. */
  static SSLContext context(List<Certificate> further) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(further), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  private static TrustManager @Nullable [] trustManagers(List<Certificate> further)
      throws GeneralSecurityException, IOException {
    if (further.isEmpty()) {
      return null;
    }
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    int number = 0;
    for (X509Certificate ca : authoritiesOfTheJvm()) {
      trusted.setCertificateEntry("jvm-" + number++, ca);
    }
    for (Certificate ca : further) {
      trusted.setCertificateEntry("further-" + number++, ca);
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
}
