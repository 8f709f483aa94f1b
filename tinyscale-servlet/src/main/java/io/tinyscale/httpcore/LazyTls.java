package io.tinyscale.httpcore;

import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.nio.ssl.BasicClientTlsStrategy;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.jspecify.annotations.Nullable;

/**
 * TLS that is set up when the first connection needs it: reading the JVM's certificates takes a
 * fifth of the start of a balancer whose servers may all speak plain HTTP. Thread-safe.
 */
final class LazyTls {

  private final Supplier<SSLContext> context;
  private @Nullable TlsStrategy strategy;

  /** Takes the context when it is needed, once. */
  LazyTls(Supplier<SSLContext> context) {
    this.context = context;
  }

  /** Sets it up if that was not done yet; takes its time then. */
  synchronized TlsStrategy get() {
    TlsStrategy ready = strategy;
    if (ready == null) {
      ready = new BasicClientTlsStrategy(context.get());
      strategy = ready;
    }
    return ready;
  }
}
