package io.tinyscale.trace;

import io.tinyscale.body.Header;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes along to a server of the head of a caller's request. Immutable.
 *
 * @param headers those of its fields that may cross
 */
public record Crossing(List<Header> headers, RequestTrace trace) {

  /** What tinyscale asks by itself: there is no caller. */
  public static final Crossing NOTHING = new Crossing(List.of(), RequestTrace.NONE);

  /** Copies the headers. */
  public Crossing {
    headers = List.copyOf(headers);
  }

  /** What goes along if the server's answer is not for the caller as it is. */
  public static Crossing of(RequestTrace trace) {
    return new Crossing(List.of(), trace);
  }

  /** The header fields for one request to a server, and one more. */
  public List<Header> and(Header last) {
    List<Header> all = new ArrayList<>(headers.size() + 4);
    all.addAll(headers);
    trace.addTo(all);
    all.add(last);
    return all;
  }
}
