package io.tinyscale.httpcore;

import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Upstreams for tests of other packages. */
public final class TestUpstreams {

  private TestUpstreams() {}

  /** An upstream without TLS, with this many threads for IO. */
  public static HttpCoreUpstream plain(int ioThreads) {
    return plain(ioThreads, 16);
  }

  /** An upstream without TLS, with this many threads for IO and this many connections. */
  public static HttpCoreUpstream plain(int ioThreads, int connections) {
    try {
      SSLContext tls = SSLContext.getDefault();
      return new HttpCoreUpstream(
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          connections,
          () -> tls,
          "tinyscale-test",
          ioThreads);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
