package io.tinyscale.relay;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request goes, taken from a URL without changing a character of its path and query.
 * Immutable; prints without them.
 *
 * @param tls whether it is https
 * @param host a name in lower case or an address, without brackets
 * @param target path and query, as they stand in the first line of a request
 */
record Destination(boolean tls, String host, int port, String target) {

  /** Scheme, host, port, the rest. Anything that may hide another host does not match. */
  private static final Pattern URL =
      Pattern.compile(
          "(?i)(https?)://([a-z0-9._-]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?"
              + "([/?][\\x21-\\x7e\\x{a1}-\\x{10ffff}]*)?");

  private static final int FIRST_FREE_PORT = 1024;

  /**
   * The destination of a URL. Its host is not judged yet.
   *
   * @throws RefusedException if the URL names a user or a port of another service, or is none
   */
  static Destination of(String url) throws RefusedException {
    String stripped = url.strip();
    int fragment = stripped.indexOf('#');
    Matcher matcher = URL.matcher(fragment < 0 ? stripped : stripped.substring(0, fragment));
    if (!matcher.matches()) {
      throw new RefusedException("its URL has a user or a wrong form");
    }
    boolean tls = matcher.group(1).equalsIgnoreCase("https");
    int usual = tls ? 443 : 80;
    int port = matcher.group(3) == null ? usual : Integer.parseInt(matcher.group(3));
    if (port > 65535 || port < FIRST_FREE_PORT && port != 80 && port != 443) {
      throw new RefusedException("its port is not allowed");
    }
    String host = matcher.group(2).toLowerCase(Locale.ROOT);
    String rest = matcher.group(4) == null ? "/" : matcher.group(4);
    return new Destination(
        tls,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        ascii(rest.startsWith("?") ? "/" + rest : rest));
  }

  /** Escapes what is not ASCII, and nothing else. */
  private static String ascii(String target) {
    if (target.chars().allMatch(c -> c < 0x80)) {
      return target;
    }
    StringBuilder ascii = new StringBuilder();
    for (byte b : target.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0) {
        ascii.append((char) b);
      } else {
        ascii.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return ascii.toString();
  }

  /**
   * Where a redirect leads.
   *
   * @param location as the answer has it; may be relative
   * @throws RefusedException if that is not a destination
   */
  Destination redirected(String location) throws RefusedException {
    String to = location.strip();
    if (to.matches("(?i)https?:.*")) {
      return of(to);
    }
    if (to.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      throw new RefusedException("it redirects to another protocol");
    }
    String scheme = tls ? "https:" : "http:";
    if (to.startsWith("//")) {
      return of(scheme + to);
    }
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    String start =
        to.startsWith("/")
            ? ""
            : to.startsWith("?") ? path : path.substring(0, path.lastIndexOf('/') + 1);
    return of(scheme + "//" + authority() + start + to);
  }

  /** The same with further parameters behind its own. */
  Destination withQuery(String query) {
    if (query.isEmpty()) {
      return this;
    }
    return new Destination(tls, host, port, target + (target.indexOf('?') < 0 ? "?" : "&") + query);
  }

  private String authority() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  @Override
  public String toString() {
    return "Destination[" + host + "]";
  }
}
