package io.tinyscale.http;

import io.tinyscale.body.Header;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
   * its address. The request's id and its trace are no caller's word: {@link RequestTraces}.
   */
  private static final List<String> TO_SERVER =
      List.of("content-type", "user-agent", "accept-language");

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
          "retry-after");

  private CrossingHeaders() {}

  /** The fields of a caller's request that may go to a server. */
  public static List<Header> toServer(HeaderFields fields) {
    Enumeration<String> connection = fields.all("Connection");
    Set<String> ofThisHop =
        connection.hasMoreElements() ? ofThisHop(Collections.list(connection)) : Set.of();
    List<Header> crossing = new ArrayList<>(4);
    for (String name : TO_SERVER) {
      Enumeration<String> values = fields.all(name);
      while (values.hasMoreElements()) {
        String value = values.nextElement();
        if (!ofThisHop.contains(name)) {
          crossing.add(new Header(name, value));
        }
      }
    }
    return crossing;
  }

  /**
   * Whether a field of a server's answer may go to the caller.
   *
   * @param ofThisHop by {@link #ofThisHop}
   */
  public static boolean mayGoToCaller(String name, Set<String> ofThisHop) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    return TO_CALLER.contains(lowerCase) && !ofThisHop.contains(lowerCase);
  }

  /**
   * The names in the values of {@code Connection}, in lower case: they are meant for one hop only.
   */
  public static Set<String> ofThisHop(List<String> connection) {
    Set<String> names = new HashSet<>();
    for (String field : connection) {
      for (String name : field.split(",")) {
        names.add(name.trim().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
