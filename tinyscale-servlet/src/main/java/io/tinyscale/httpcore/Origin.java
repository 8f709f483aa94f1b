package io.tinyscale.httpcore;

import java.net.URI;
import java.util.Locale;
import org.apache.hc.core5.net.NamedEndpoint;

/**
 * Where connections go: scheme, host and port.
 *
 * @param host a name, or an address literal without brackets
 */
record Origin(boolean tls, String host, int port) implements NamedEndpoint {

  static Origin of(URI api) {
    boolean tls = "https".equalsIgnoreCase(api.getScheme());
    String host = api.getHost().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = api.getPort() >= 0 ? api.getPort() : tls ? 443 : 80;
    return new Origin(tls, host, port);
  }

  /** The value of the {@code Host} field. */
  String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }

  @Override
  public String getHostName() {
    return host;
  }

  @Override
  public int getPort() {
    return port;
  }

  @Override
  public String toString() {
    return authority();
  }
}
