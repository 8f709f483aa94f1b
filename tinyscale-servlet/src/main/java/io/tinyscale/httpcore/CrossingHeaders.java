package io.tinyscale.httpcore;

import io.tinyscale.body.Header;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.apache.hc.core5.http.HttpResponse;

/**
 * Which header fields may cross the balancer. Both ways have a list of what may, not of what may
 * not: a field nobody thought of stays on its side. What {@code Connection} names is meant for one
 * hop only and stays, too.
 */
public final class CrossingHeaders {

  /**
   * Never among them: cookies and credentials, which are the caller's; {@code Host} and framing,
   * which are written anew; {@code Accept}, which would turn a server's XML into JSON; {@code
   * Expect}, which each side settles for itself; forwarding fields, which would let a caller choose
   * its address.
   */
  private static final List<String> TO_SERVER =
      List.of(
          "content-type",
          "user-agent",
          "accept-language",
          "x-request-id",
          "traceparent",
          "tracestate");

  /** {@code Content-Length} crosses as the length of the body. */
  private static final Set<String> TO_CALLER =
      Set.of(
          "content-type",
          "content-language",
          "content-disposition",
          "cache-control",
          "expires",
          "pragma",
          "last-modified",
          "etag",
          "vary",
          "retry-after",
          "x-request-id");

  private CrossingHeaders() {}

  /**
   * The fields of a caller's request that may go to a server.
   *
   * @param fields the values of a field of the request by its name, in any case
   */
  public static List<Header> toServer(Function<String, Enumeration<String>> fields) {
    Enumeration<String> connection = fields.apply("Connection");
    Set<String> ofThisHop =
        connection.hasMoreElements() ? named(Collections.list(connection)) : Set.of();
    List<Header> crossing = new ArrayList<>(4);
    for (String name : TO_SERVER) {
      Enumeration<String> values = fields.apply(name);
      while (values.hasMoreElements()) {
        String value = values.nextElement();
        if (!ofThisHop.contains(name)) {
          crossing.add(new Header(name, value));
        }
      }
    }
    return crossing;
  }

  /** The fields of a server's answer that may go to the caller. */
  static List<Header> toCaller(HttpResponse response) {
    Set<String> ofThisHop = Set.of();
    if (response.containsHeader("Connection")) {
      List<String> connection = new ArrayList<>(1);
      for (var field : response.getHeaders("Connection")) {
        connection.add(field.getValue());
      }
      ofThisHop = named(connection);
    }
    List<Header> crossing = new ArrayList<>(4);
    Iterator<org.apache.hc.core5.http.Header> fields = response.headerIterator();
    while (fields.hasNext()) {
      var field = fields.next();
      String name = field.getName().toLowerCase(Locale.ROOT);
      if (TO_CALLER.contains(name) && !ofThisHop.contains(name) && field.getValue() != null) {
        crossing.add(new Header(field.getName(), field.getValue()));
      }
    }
    return crossing;
  }

  private static Set<String> named(List<String> connection) {
    Set<String> names = new HashSet<>();
    for (String field : connection) {
      for (String name : field.split(",")) {
        names.add(name.trim().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
