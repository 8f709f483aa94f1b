package io.tinyscale.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Makes a server's TLS context. */
final class Tls {
  private Tls() {}

  static SSLContext context(Path keystore, String password)
      throws IOException, GeneralSecurityException {
    if (!Files.isRegularFile(keystore)) {
      throw new IllegalArgumentException("--tls-keystore: no such file: " + keystore);
    }
    KeyStore keys = KeyStore.getInstance(keystore.toFile(), password.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
