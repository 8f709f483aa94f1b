package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Problem;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;

/**
 * How requests reach servers. It stands here because the transport is not part of core, and because
 * {@code config} and {@code upstream} do not know each other.
 *
 * @param connect time to open a connection
 * @param callsPerServer most calls to one server at the same time
 * @param authorities whose certificates https servers may show, beside the JVM's own
 */
public record TransportSettings(
    Duration connect, int callsPerServer, List<Certificate> authorities) {

  /** The most calls that a limit of calls may allow. */
  public static final int MOST_CALLS = 1_000_000;

  private static final int MOST_CA_BYTES = 4 << 20;

  /** Checks each value. */
  public TransportSettings {
    authorities = List.copyOf(authorities);
    new Checks()
        .duration(ConfigKey.TIMEOUT_CONNECT, connect)
        .number(ConfigKey.LIMIT_CALLS_SERVER, callsPerServer, 1, MOST_CALLS)
        .refuse();
  }

  /** What applies unless an operator says otherwise. */
  public static TransportSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section, and the file of certificates. */
  public static TransportSettings read(ConfigValues values) {
    return new TransportSettings(
        values.duration(ConfigKey.TIMEOUT_CONNECT),
        values.number(ConfigKey.LIMIT_CALLS_SERVER),
        values.path(ConfigKey.TLS_CA).map(file -> certificates(values, file)).orElse(List.of()));
  }

  private static List<Certificate> certificates(ConfigValues values, Path file) {
    String found;
    try {
      byte[] pem = SmallFile.bytes(file, MOST_CA_BYTES);
      List<Certificate> certificates =
          List.copyOf(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(pem)));
      if (!certificates.isEmpty()) {
        return certificates;
      }
      found = "no certificate";
    } catch (SmallFile.UnreadableException e) {
      values.unreadable(ConfigKey.TLS_CA, file, e);
      return List.of();
    } catch (CertificateException e) {
      found = "not a PEM file of certificates";
    }
    values.problem(
        ConfigKey.TLS_CA,
        new Problem(
            ConfigKey.TLS_CA.key(),
            found,
            file.toString(),
            "one or more blocks of BEGIN CERTIFICATE",
            "Export the CA's certificate as PEM."));
    return List.of();
  }

  /** Without the text of the certificates, which is long. */
  @Override
  public String toString() {
    return "TransportSettings[connect="
        + connect
        + ", callsPerServer="
        + callsPerServer
        + ", authorities="
        + authorities.size()
        + "]";
  }
}
