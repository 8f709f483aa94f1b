package io.tinyscale.valkey;

import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Several commands that others see together. */
final class Together {

  private Together() {}

  /**
   * Sends commands.
   *
   * @return what the commands' function returned
   * @throws JedisException if one of them failed; the others may have happened
   */
  static <T> T send(Jedis store, Function<Transaction, T> commands) {
    try (Transaction all = store.multi()) {
      T result = commands.apply(all);
      for (Object answer : all.exec()) {
        if (answer instanceof JedisDataException refused) {
          throw refused;
        }
      }
      return result;
    }
  }
}
