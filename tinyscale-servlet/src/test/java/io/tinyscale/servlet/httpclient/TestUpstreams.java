package io.tinyscale.servlet.httpclient;

import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Upstreams for tests of other packages. */
public final class TestUpstreams {

  private TestUpstreams() {}

  /** One without TLS, with so many threads for IO. */
  public static HttpClientUpstream plain(int ioThreads) {
    try {
      return new HttpClientUpstream(
          Duration.ofSeconds(2),
          Duration.ofSeconds(15),
          16,
          SSLContext.getDefault(),
          "tinyscale-test",
          ioThreads);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
