package io.tinyscale.http;

import io.tinyscale.trace.RequestTrace;
import io.tinyscale.trace.TraceContext;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request its id and its trace: what a trusted proxy says, else an id of our own and no
 * trace. A field that comes twice says nothing. Immutable.
 */
public final class RequestTraces {

  private final TrustedProxies trusted;

  /** Believes these proxies. */
  public RequestTraces(TrustedProxies trusted) {
    this.trusted = trusted;
  }

  /**
   * The id and the trace of a request.
   *
   * @param address where the connection comes from; asked only if the request has one of the fields
   */
  public RequestTrace of(HeaderFields fields, Supplier<String> address) {
    boolean isTold =
        fields.all(RequestTrace.REQUEST_ID).hasMoreElements()
            || fields.all(TraceContext.PARENT).hasMoreElements();
    return isTold && trusted.contain(address.get()) ? told(fields) : RequestTrace.ofNewId();
  }

  private static RequestTrace told(HeaderFields fields) {
    // What is meant for this hop only tells us nothing that we could pass on.
    Set<String> ofThisHop = CrossingHeaders.ofThisHop(Collections.list(fields.all("Connection")));
    @Nullable TraceContext context =
        only(fields, TraceContext.PARENT, ofThisHop)
            .flatMap(parent -> TraceContext.read(parent, state(fields, ofThisHop)))
            .orElse(null);
    return only(fields, RequestTrace.REQUEST_ID, ofThisHop)
        .filter(RequestTrace::isId)
        .map(id -> new RequestTrace(id, context))
        .orElseGet(() -> RequestTrace.ofNewId(context));
  }

  /** The value of a field that comes once. */
  private static Optional<String> only(HeaderFields fields, String name, Set<String> ofThisHop) {
    List<String> values = all(fields, name, ofThisHop);
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  /** A state may be spread over several fields. */
  private static String state(HeaderFields fields, Set<String> ofThisHop) {
    return String.join(",", all(fields, TraceContext.STATE, ofThisHop));
  }

  private static List<String> all(HeaderFields fields, String name, Set<String> ofThisHop) {
    return ofThisHop.contains(name.toLowerCase(Locale.ROOT))
        ? List.of()
        : Collections.list(fields.all(name));
  }
}
