package io.tinyscale.valkey;

import io.tinyscale.store.StoreAddress;
import io.tinyscale.store.StoreAddress.Host;
import io.tinyscale.store.StoreAddress.Kind;
import io.tinyscale.store.StoreAddress.Password;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connects to the store. Sentinels are asked before each connection where the store is; they are
 * asked without user and password. Thread-safe.
 */
final class Links implements AutoCloseable {

  /** A connection needs several answers until it stands; with less time it might never stand. */
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);

  /** Three beats: each of them makes the store say something to a subscriber. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final StoreAddress address;
  private final int timeoutMillis;
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Connects to this store.
   *
   * @param timeout for each answer of the store, but at least 100 ms
   */
  Links(StoreAddress address, Duration timeout) {
    this.address = address;
    Duration enough = timeout.compareTo(LEAST_TIMEOUT) < 0 ? LEAST_TIMEOUT : timeout;
    this.timeoutMillis = (int) Math.min(enough.toMillis(), Integer.MAX_VALUE);
  }

  /**
   * Connects. A subscription may be silent for 15 s.
   *
   * @throws JedisException if that fails
   */
  Link open() {
    DefaultJedisClientConfig.Builder config = config().database(address.database());
    Password password = address.password();
    if (password != null) {
      config.user(address.user().isEmpty() ? null : address.user()).password(password.text());
    }
    return connect(host(), address.kind() == Kind.TLS, config);
  }

  private Host host() {
    if (address.kind() != Kind.SENTINEL) {
      return address.hosts().get(0);
    }
    JedisException failure = new JedisConnectionException("no sentinel knows " + address.master());
    for (Host sentinel : address.hosts()) {
      try (Link link = connect(sentinel, false, config())) {
        List<String> master = link.store().sentinelGetMasterAddrByName(address.master());
        if (master != null) {
          return new Host(master.get(0), Integer.parseInt(master.get(1)));
        }
      } catch (JedisException e) {
        failure = e;
      }
    }
    throw failure;
  }

  /** Without HELLO, and without the name of the library, which Redis 6 does not know. */
  private DefaultJedisClientConfig.Builder config() {
    return DefaultJedisClientConfig.builder()
        .serverDefaultProtocol()
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .socketTimeoutMillis(timeoutMillis)
        .blockingSocketTimeoutMillis((int) SILENCE.toMillis());
  }

  private Link connect(Host host, boolean encrypted, DefaultJedisClientConfig.Builder config) {
    Wire wire = new Wire(host, encrypted, timeoutMillis);
    wires.removeIf(Wire::isClosed);
    wires.add(wire);
    if (closed) {
      wire.close();
    }
    try {
      return new Link(new Jedis(wire, config.build()), wire);
    } catch (JedisException e) {
      wire.close();
      throw e;
    }
  }

  /** Ends all connections at once, whatever they wait for. New ones fail. */
  @Override
  public void close() {
    closed = true;
    wires.forEach(Wire::close);
  }
}
