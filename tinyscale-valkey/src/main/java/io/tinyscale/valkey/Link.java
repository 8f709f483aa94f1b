package io.tinyscale.valkey;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** A connection to the store. For one thread. */
final class Link implements AutoCloseable {

  /** A connection that nobody has used for longer may have been closed by the store. */
  private static final long TRUSTED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String RUN_ID = "run_id:";

  private final Jedis store;
  private final Wire wire;
  private @Nullable String run;
  private long used = System.nanoTime();
  private int change;

  /** A connection on this wire. */
  Link(Jedis store, Wire wire) {
    this.store = store;
    this.wire = wire;
  }

  Jedis store() {
    return store;
  }

  /** The run id of the store's process; empty if the store does not tell it. */
  String run() {
    String known = run;
    if (known == null) {
      known = ask();
      run = known;
    }
    return known;
  }

  private String ask() {
    try {
      return store
          .info("server")
          .lines()
          .filter(line -> line.startsWith(RUN_ID))
          .map(line -> line.substring(RUN_ID.length()))
          .findFirst()
          .orElse("");
    } catch (JedisDataException refused) {
      return "";
    }
  }

  /**
   * Asks for a sign of life if the connection was not used lately, or if other connections have
   * changed since the last call.
   *
   * @param changes how many connections to the store were opened or failed
   * @throws JedisException if there is none
   */
  void test(int changes) {
    if (change != changes || System.nanoTime() - used > TRUSTED_NANOS) {
      store.ping();
      change = changes;
    }
  }

  /** Takes it for granted that the connection lives; {@link #test} describes the number. */
  void trust(int changes) {
    change = changes;
  }

  /** Remembers that the store has just answered. */
  void answered() {
    used = System.nanoTime();
  }

  /** Ends the connection at once; Jedis would first send what it has not sent yet. */
  @Override
  public void close() {
    wire.close();
  }
}
