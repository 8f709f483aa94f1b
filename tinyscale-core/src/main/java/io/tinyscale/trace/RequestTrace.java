package io.tinyscale.trace;

import io.tinyscale.body.Header;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The id of one request, and the trace that the request is part of. Immutable.
 *
 * @param id stands in the answer, in the requests to servers and in the log; empty for what no
 *     request asked for
 * @param context the caller's trace; null if the request is part of none
 */
public record RequestTrace(String id, @Nullable TraceContext context) {

  /** What tinyscale does by itself, without a request. */
  public static final RequestTrace NONE = new RequestTrace("", null);

  /** The header field with the id. */
  public static final String REQUEST_ID = "X-Request-ID";

  private static final int SHORTEST_ID = 8;
  private static final int LONGEST_ID = 64;

  /**
   * A request with an id of our own: 16 hexadecimal digits. The id is no secret, so it comes from
   * the fastest source of random numbers.
   */
  public static RequestTrace ofNewId() {
    return ofNewId(null);
  }

  /** A request with an id of our own, in this trace. */
  public static RequestTrace ofNewId(@Nullable TraceContext context) {
    return new RequestTrace(
        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()), context);
  }

  /** Whether a text may be an id: 8 to 64 letters and digits of ASCII, dots, lines and dashes. */
  public static boolean isId(String text) {
    return text.length() >= SHORTEST_ID
        && text.length() <= LONGEST_ID
        && text.chars().allMatch(RequestTrace::isOfId);
  }

  private static boolean isOfId(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '_'
        || c == '-';
  }

  /** The id of the trace, if there is one. */
  public Optional<String> traceId() {
    TraceContext trace = context;
    return trace == null ? Optional.empty() : Optional.of(trace.traceId());
  }

  /** Adds what a request to a server tells of this one. Each request is a span of its own. */
  void addTo(List<Header> headers) {
    if (!id.isEmpty()) {
      headers.add(new Header(REQUEST_ID, id));
    }
    TraceContext trace = context;
    if (trace != null) {
      headers.add(new Header(TraceContext.PARENT, trace.newParent()));
      if (!trace.state().isEmpty()) {
        headers.add(new Header(TraceContext.STATE, trace.state()));
      }
    }
  }
}
