package io.tinyscale.valkey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * What the store does in one step, in Lua. The store is told the script's text only if it does not
 * know the script's digest.
 *
 * @param digest SHA-1 of the text, in hexadecimal
 */
record Script(String text, String digest) {

  /** How scripts say yes. */
  static final Long YES = 1L;

  private static final String AGE =
      """
      local function young(born, mark, run, ttl)
        local was = redis.call('GET', born)
        if not was or (run ~= '' and was ~= run) then
          redis.call('SET', born, run)
          redis.call('SET', mark, '1', 'PX', ttl)
        end
        return redis.call('EXISTS', mark)
      end
      """;

  /**
   * Whether the store may have lost claims. Keys: {@link Keys#BORN}, {@link Keys#YOUNG}; arguments:
   * the run id of the store's process, empty if the store does not tell it; the claims' time to
   * live in milliseconds.
   */
  static final Script YOUNG = of(AGE + "return young(KEYS[1], KEYS[2], ARGV[1], ARGV[2])\n");

  /**
   * Claims a meeting. Keys: those of {@link #YOUNG}, the claim; arguments: those of {@link #YOUNG},
   * the wanted server, the servers that are given up. Returns the server, the number of uses, the
   * server before, and 1 if the store is young, otherwise 0.
   */
  static final Script CLAIM =
      of(
          AGE
              + """
          local was, uses = string.match(redis.call('GET', KEYS[3]) or '', '^(%S+) (%d+)$')
          local stands = was ~= nil
          for i = 4, #ARGV do
            stands = stands and ARGV[i] ~= was
          end
          local server = stands and was or ARGV[3]
          local now = stands and uses + 1 or 1
          redis.call('SET', KEYS[3], server .. ' ' .. string.format('%d', now), 'PX', ARGV[2])
          return {server, now, was or '', young(KEYS[1], KEYS[2], ARGV[1], ARGV[2])}
          """);

  /**
   * Moves a claim that was used once. Key: the claim; arguments: the servers from and to, the time
   * to live in milliseconds. Returns 1 if it was moved, otherwise 0.
   */
  static final Script MOVE =
      of(
          """
          if redis.call('GET', KEYS[1]) ~= ARGV[1] .. ' 1' then
            return 0
          end
          redis.call('SET', KEYS[1], ARGV[2] .. ' 1', 'PX', ARGV[3])
          return 1
          """);

  /**
   * Takes a balancer off the list unless it has just told of itself again. Keys: what it told, the
   * list; argument: what it is called in the list.
   */
  static final Script FORGET =
      of(
          """
          if redis.call('EXISTS', KEYS[1]) == 0 then
            redis.call('SREM', KEYS[2], ARGV[1])
          end
          return 1
          """);

  private static Script of(String text) {
    return new Script(text, HexFormat.of().formatHex(sha1().digest(bytes(text))));
  }

  /** Runs the script. */
  Object run(Jedis store, List<String> keys, List<String> arguments) {
    try {
      return store.evalsha(digest, keys, arguments);
    } catch (JedisNoScriptException unknown) {
      // The store was started or emptied since.
      return store.eval(text, keys, arguments);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-1", e);
    }
  }
}
