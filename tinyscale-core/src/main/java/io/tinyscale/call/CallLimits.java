package io.tinyscale.call;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.config.TransportSettings;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * What a call may take.
 *
 * @param answer time for a server's answer
 * @param create time for the answer to a create or insertDocument once the body was sent; not
 *     shorter than for other calls
 * @param list time for a list of all servers, but for recordings
 * @param recordings time for a list of the recordings of all servers
 * @param reuse how long an answer serves equal reads; zero: not at all
 * @param body bytes of a request's body
 * @param query bytes of a query, or of a form in the body
 * @param calls most calls that are answered at the same time
 * @param held bytes of the forms that are being read and whose checksum is not known yet, and of
 *     the heads where our own web server reads them, all callers together; enough for the longest
 *     head
 */
public record CallLimits(
    Duration answer,
    Duration create,
    Duration list,
    Duration recordings,
    Duration reuse,
    long body,
    int query,
    int calls,
    long held) {

  private static final long SMALLEST = 1 << 10;
  private static final long LARGEST_BODY = 1L << 40;

  /** A query is held in memory, and the container's request head must hold it too. */
  private static final int LARGEST_QUERY = 1 << 20;

  /** Below it a few callers at the same time would refuse each other. */
  private static final long LEAST_HELD = 2 << 20;

  /** What a head may have beside its query, and what is read at once. */
  private static final long HELD_BESIDE_A_QUERY = 16 << 10;

  private static final long MOST_HELD = 1L << 40;

  /** Checks each value and how they relate. */
  public CallLimits {
    new Checks()
        .duration(ConfigKey.CACHE_TTL, reuse, Duration.ZERO)
        .duration(ConfigKey.TIMEOUT_ANSWER, answer)
        .duration(ConfigKey.TIMEOUT_CREATE, create)
        .duration(ConfigKey.TIMEOUT_LIST, list)
        .duration(ConfigKey.TIMEOUT_RECORDINGS, recordings)
        .size(ConfigKey.LIMIT_BODY, body, SMALLEST, LARGEST_BODY)
        .size(ConfigKey.LIMIT_QUERY, query, SMALLEST, LARGEST_QUERY)
        .number(ConfigKey.LIMIT_CALLS, calls, 1, TransportSettings.MOST_CALLS)
        .size(ConfigKey.LIMIT_HELD, held, LEAST_HELD, MOST_HELD)
        // The transport gives a connection up that is silent for longer than the slowest call.
        .notShorter(ConfigKey.TIMEOUT_CREATE, create, ConfigKey.TIMEOUT_ANSWER, answer)
        .roomFor(ConfigKey.LIMIT_HELD, held, ConfigKey.LIMIT_QUERY, query, longestHead(query))
        .refuse();
  }

  /** What the longest head takes while it is read: each of its bytes is counted twice. */
  private static long longestHead(long query) {
    return 2 * (query + HELD_BESIDE_A_QUERY);
  }

  /** What applies unless an operator says otherwise. */
  public static CallLimits defaults() {
    return read(ConfigValues.defaults());
  }

  /** The longest time that a server may take for an answer, whatever the call. */
  public Duration longestAnswer() {
    return Stream.of(create, list, recordings).max(Comparator.naturalOrder()).orElseThrow();
  }

  /** The same with another time for which answers serve equal reads. */
  public CallLimits withReuse(Duration other) {
    return new CallLimits(answer, create, list, recordings, other, body, query, calls, held);
  }

  /** An eighth of the heap, but not too little. */
  private static long usualHeld(int query) {
    long least = Math.max(LEAST_HELD, longestHead(Math.min(query, LARGEST_QUERY)));
    return Math.max(least, Runtime.getRuntime().maxMemory() / 8);
  }

  /** Reads the section. */
  public static CallLimits read(ConfigValues values) {
    int query = (int) Math.min(Integer.MAX_VALUE, values.size(ConfigKey.LIMIT_QUERY));
    return new CallLimits(
        values.duration(ConfigKey.TIMEOUT_ANSWER),
        values.duration(ConfigKey.TIMEOUT_CREATE),
        values.duration(ConfigKey.TIMEOUT_LIST),
        values.duration(ConfigKey.TIMEOUT_RECORDINGS),
        values.duration(ConfigKey.CACHE_TTL),
        values.size(ConfigKey.LIMIT_BODY),
        query,
        values.number(ConfigKey.LIMIT_CALLS),
        values.size(ConfigKey.LIMIT_HELD, usualHeld(query)));
  }
}
