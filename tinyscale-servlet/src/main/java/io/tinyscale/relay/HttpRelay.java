package io.tinyscale.relay;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.callback.CallbackContext;
import io.tinyscale.callback.CallbackRelay;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.http.Route;
import io.tinyscale.httpcore.TrustedCas;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.tenant.Tenant;
import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.jspecify.annotations.Nullable;

/**
 * The relay of callbacks over HTTP, with all its parts. Makes threads and connections when it is
 * started and there is something to do. Thread-safe.
 */
public final class HttpRelay implements CallbackRelay {

  private static final int MOST_FILES = 10_000;
  private static final long MOST_FILE_BYTES = 512L << 20;
  private static final int MOST_IN_MEMORY = 1_000;
  private static final long MOST_MEMORY_BYTES = 32L << 20;
  private static final long MOST_EVENT_BYTES = 32L << 20;

  /** About 2 MB when full. */
  private static final int MOST_SEEN = 10_000;

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final RelaySettings settings;
  private final Supplier<SSLContext> tls;
  private final DnsResolver names;
  private final SecureRandom random = new SecureRandom();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Stays after the end: answers under way still show the original URLs. */
  private volatile @Nullable Started started;

  /** What exists between start and close. */
  private record Started(
      CallbackContext context,
      RelayThreads threads,
      Spool spool,
      List<Sender> senders,
      Deliveries deliveries,
      CallbackEndpoint endpoint) {

    List<Party> tenants() {
      return context.tenants().stream().map(Party::of).toList();
    }
  }

  /** The relay as this configuration wants it. */
  public static HttpRelay of(TinyscaleConfig config) {
    return new HttpRelay(
        config.relay(),
        TrustedCas.contexts(config.transport().authorities()),
        SystemDefaultDnsResolver.INSTANCE);
  }

  /**
   * A relay that is not started.
   *
   * @param names finds the addresses of front ends
   */
  HttpRelay(RelaySettings settings, Supplier<SSLContext> tls, DnsResolver names) {
    this.settings = settings;
    this.tls = tls;
    this.names = names;
  }

  @Override
  public void start(CallbackContext context) {
    GatewayObserver observer = context.observer();
    Spool spool = spool(observer);
    RelayThreads threads = new RelayThreads(observer);
    Supplier<List<Party>> tenants = () -> context.tenants().stream().map(Party::of).toList();
    Sender sender = sender(threads, threads.names());
    Sender eventSender = sender(threads, threads.namesOfEvents());
    Deliveries deliveries =
        new Deliveries(
            spool,
            new Delivery(sender, tenants, context.clock(), System::nanoTime),
            threads.files(),
            threads.timer(),
            context.clock(),
            random::nextDouble,
            settings.keep(),
            observer);
    CallbackEndpoint endpoint =
        new CallbackEndpoint(
            prefix(),
            tenants,
            new Reading(context::serverSecrets, context.clock()),
            new Webhooks(
                eventSender,
                context::serverSecrets,
                context::owner,
                observer,
                deliveries::countHook,
                System::nanoTime),
            new Seen(MOST_SEEN, System::nanoTime),
            spool,
            deliveries,
            threads.files(),
            threads.events(),
            new HeldBytes(memory(Long.MAX_VALUE)),
            new HeldBytes(memory(MOST_EVENT_BYTES)),
            threads.timer(),
            System::nanoTime);
    started =
        new Started(context, threads, spool, List.of(sender, eventSender), deliveries, endpoint);
    deliveries.addAll(spool.waiting());
  }

  private HttpSender sender(RelayThreads threads, Executor lookups) {
    return new HttpSender(
        new AllowedAddresses(settings.allow(), names),
        Optional.ofNullable(settings.proxy()),
        ProxySelector.getDefault(),
        tls,
        lookups,
        threads.timer(),
        threads);
  }

  /** An eighth of the heap, or less. */
  private static long memory(long most) {
    return Math.min(most, Runtime.getRuntime().maxMemory() / 8);
  }

  private Spool spool(GatewayObserver observer) {
    Path directory = settings.spool();
    if (directory == null) {
      observer.configWarning(
          ConfigKey.RELAY_SPOOL
              + ": missing. Callbacks that wait are lost by a restart; set it to a directory.");
      return new MemorySpool(MOST_IN_MEMORY, memory(MOST_MEMORY_BYTES));
    }
    try {
      DiskSpool spool = new DiskSpool(directory, MOST_FILES, MOST_FILE_BYTES, random::nextLong);
      if (spool.isOpenToOthers()) {
        observer.configWarning(
            ConfigKey.RELAY_SPOOL
                + ": everybody may write to the directory. Set its mode to 0700.");
      }
      if (spool.broken() > 0) {
        observer.configWarning(
            ConfigKey.RELAY_SPOOL
                + ": "
                + spool.broken()
                + " files hold no callback. They were moved to its directory broken.");
      }
      if (spool.unread() > 0) {
        observer.configWarning(
            ConfigKey.RELAY_SPOOL
                + ": "
                + spool.unread()
                + " files cannot be read now. They stay there, and the next start reads them.");
      }
      return spool;
    } catch (IOException e) {
      throw new ConfigException(
          List.of(
              Problem.of(
                  ConfigKey.RELAY_SPOOL.key(),
                  directory.toString(),
                  "a directory that this process alone may use: " + e.getMessage(),
                  "Give each process a directory of its own, and the right to read and write there.")));
    }
  }

  private Started running() {
    Started now = started;
    if (now == null) {
      throw new IllegalStateException("the relay is not started");
    }
    return now;
  }

  @Override
  public String prefix() {
    return settings.prefix();
  }

  @Override
  public String callbackUrl(Tenant tenant, CallbackKind kind, String meetingId, String original) {
    byte[] nonce = new byte[Token.NONCE_BYTES];
    random.nextBytes(nonce);
    Party party = Party.of(tenant);
    Token token =
        kind == CallbackKind.ENDED
            ? Token.ofEnd(party, original, meetingId)
            : new Token(kind, party, original);
    return prefix() + token.text(nonce);
  }

  @Override
  public Optional<String> originalCallback(String token) {
    return Token.read(token, running().tenants())
        .filter(read -> read.kind() != CallbackKind.WEBHOOK)
        .map(Token::url);
  }

  @Override
  public String hookUrl(Tenant tenant, String original) {
    return prefix() + Token.ofHook(Party.of(tenant), original);
  }

  @Override
  public Optional<String> originalHook(String registered) {
    return registered.startsWith(prefix())
        ? Token.read(registered.substring(prefix().length()), running().tenants())
            .filter(read -> read.kind() == CallbackKind.WEBHOOK)
            .map(Token::url)
        : Optional.empty();
  }

  @Override
  public Route route() {
    return path ->
        path.startsWith(RelaySettings.PATH) ? Optional.of(running().endpoint()) : Optional.empty();
  }

  @Override
  public CallbackStatus status() {
    return running().deliveries().status();
  }

  @Override
  public void close() {
    Started stopping = started;
    if (stopping == null || closed.getAndSet(true)) {
      return;
    }
    stopping.endpoint().close();
    long end = System.nanoTime() + GRACE.toNanos();
    try {
      stopping.deliveries().close(end);
      stopping.senders().forEach(Sender::close);
      stopping.threads().close(end);
    } catch (InterruptedException e) {
      stopping.senders().forEach(Sender::close);
      Thread.currentThread().interrupt();
    }
    stopping.spool().close();
  }
}
