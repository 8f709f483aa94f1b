package io.tinyscale.trace;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A trace that a caller has begun (W3C Trace Context, level 1). Immutable.
 *
 * @param traceId 32 lower-case hexadecimal digits
 * @param sampled whether the caller may have recorded its part of the trace
 * @param state what tracing systems tell each other, unchanged; empty if there is nothing
 */
public record TraceContext(String traceId, boolean sampled, String state) {

  /** The header field that names a trace. */
  public static final String PARENT = "traceparent";

  /** The header field that goes with it. */
  public static final String STATE = "tracestate";

  /** The longest state that is passed on. */
  private static final int LONGEST_STATE = 512;

  /** {@code 00-<32 digits>-<16 digits>-<2 digits>}. */
  private static final int LENGTH = 55;

  private static final int VERSION_END = 2;
  private static final int TRACE_END = 35;
  private static final int SPAN_END = 52;

  /**
   * Reads the header fields of a caller. Of a version that came later, the part is read that the
   * specification promises for all versions.
   *
   * @param parent the field {@code traceparent}
   * @param state all fields {@code tracestate}, joined by commas; left out if too long, or if it
   *     has characters that the field cannot have
   * @return empty if the field is not valid
   */
  public static Optional<TraceContext> read(String parent, String state) {
    if (!isWellFormed(parent)) {
      return Optional.empty();
    }
    String traceId = parent.substring(VERSION_END + 1, TRACE_END);
    String spanId = parent.substring(TRACE_END + 1, SPAN_END);
    if (isZero(traceId) || isZero(spanId)) {
      return Optional.empty();
    }
    boolean sampled = (Character.digit(parent.charAt(LENGTH - 1), 16) & 1) == 1;
    return Optional.of(new TraceContext(traceId, sampled, isPassedOn(state) ? state : ""));
  }

  private static boolean isWellFormed(String parent) {
    if (parent.length() < LENGTH || parent.startsWith("ff")) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      boolean isDash = i == VERSION_END || i == TRACE_END || i == SPAN_END;
      char c = parent.charAt(i);
      if (isDash ? c != '-' : !isHex(c)) {
        return false;
      }
    }
    return parent.length() == LENGTH || !parent.startsWith("00") && parent.charAt(LENGTH) == '-';
  }

  private static boolean isHex(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
  }

  private static boolean isZero(String id) {
    return id.chars().allMatch(c -> c == '0');
  }

  private static boolean isPassedOn(String state) {
    return state.length() <= LONGEST_STATE
        && state.chars().allMatch(c -> c >= ' ' && c <= '~' || c == '\t');
  }

  /** The field {@code traceparent} for one request to a server, which is a new span. */
  String newParent() {
    // Never zero, which would say that there is no span.
    long span = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    return "00-" + traceId + "-" + HexFormat.of().toHexDigits(span) + (sampled ? "-01" : "-00");
  }
}
