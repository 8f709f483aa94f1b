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
 * @param held bytes of the forms that are being read and whose checksum is not known yet, all
 *     callers together
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

  /** Room for one form of the largest size while its buffer grows. */
  private static final long LEAST_HELD = 2 * LARGEST_QUERY;

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
        .refuse();
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

  private static long eighthOfTheHeap() {
    return Math.max(LEAST_HELD, Runtime.getRuntime().maxMemory() / 8);
  }

  /** Reads the section. */
  public static CallLimits read(ConfigValues values) {
    return new CallLimits(
        values.duration(ConfigKey.TIMEOUT_ANSWER),
        values.duration(ConfigKey.TIMEOUT_CREATE),
        values.duration(ConfigKey.TIMEOUT_LIST),
        values.duration(ConfigKey.TIMEOUT_RECORDINGS),
        values.duration(ConfigKey.CACHE_TTL),
        values.size(ConfigKey.LIMIT_BODY),
        (int) Math.min(Integer.MAX_VALUE, values.size(ConfigKey.LIMIT_QUERY)),
        values.number(ConfigKey.LIMIT_CALLS),
        values.size(ConfigKey.LIMIT_HELD, eighthOfTheHeap()));
  }
}
