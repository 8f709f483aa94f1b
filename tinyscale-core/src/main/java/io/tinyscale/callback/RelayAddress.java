package io.tinyscale.callback;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the URLs of a relay lead. Front ends may live on the same host as tinyscale, so the path
 * counts, too. Another name of the same host is another host, and so is another spelling of an
 * address in numbers.
 *
 * @param prefix what they begin with, as they are written
 * @param host in lower case
 * @param path without slashes at the end
 */
record RelayAddress(String prefix, String host, String path) {

  /** As generous as the programs of servers are: they also read {@code https:host} so. */
  private static final Pattern URL =
      Pattern.compile("(?is)https?:/*(?<authority>[^/?#]*)(?<path>[^?#]*).*");

  /** These do not count at the ends of a URL; some programs skip them inside, too. */
  private static final Pattern BLANKS = Pattern.compile("[\\p{Cc}\\p{Z}]+");

  private static final Pattern PORT = Pattern.compile(":[0-9]*$");
  private static final Pattern DOTS_AT_END = Pattern.compile("\\.+$");
  private static final int HEX = 16;

  /** The address of the relay whose URLs begin so. */
  static RelayAddress of(String prefix) {
    URI uri = URI.create(prefix);
    return new RelayAddress(
        prefix, uri.getHost().toLowerCase(Locale.ROOT), resolved(uri.getRawPath()));
  }

  /**
   * Whether a URL leads to the relay. Letters may be escaped, and the path may go through other
   * folders; the scheme, the port and a user make no difference.
   */
  boolean isOf(String url) {
    String text = clean(url);
    if (text.regionMatches(true, 0, prefix, 0, prefix.length())) {
      return true;
    }
    Matcher parts = URL.matcher(text);
    if (!parts.matches() || !host(parts.group("authority")).equals(host)) {
      return false;
    }
    String there = resolved(parts.group("path"));
    return there.equals(path) || there.startsWith(path + "/");
  }

  /**
   * Whether a text that is no proper URL may lead to the relay all the same, because it names the
   * relay's host and path: programs disagree about the host of such a text.
   */
  boolean isNamedIn(String text) {
    String whole = decoded(clean(text)).toLowerCase(Locale.ROOT);
    return isOf(text) || whole.contains(host) && resolved(clean(text)).contains(path);
  }

  private static String clean(String url) {
    return BLANKS.matcher(url).replaceAll("").replace('\\', '/');
  }

  /** The host of an authority as name servers know it. */
  private static String host(String authority) {
    String address = authority.substring(authority.lastIndexOf('@') + 1);
    String name = decoded(PORT.matcher(address).replaceFirst(""));
    return DOTS_AT_END.matcher(ascii(name)).replaceFirst("").toLowerCase(Locale.ROOT);
  }

  /** Other letters and dots count as the ASCII ones that they are taken for. */
  private static String ascii(String host) {
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  /** The path as a server sees it: without escapes, parameters, empty folders, and detours. */
  private static String resolved(String rawPath) {
    Deque<String> folders = new ArrayDeque<>();
    for (String segment : decoded(rawPath).replace('\\', '/').split("/")) {
      int parameters = segment.indexOf(';');
      String folder = parameters < 0 ? segment : segment.substring(0, parameters);
      if (folder.equals("..")) {
        folders.pollLast();
      } else if (!folder.isEmpty() && !folder.equals(".")) {
        folders.addLast(folder);
      }
    }
    return "/" + String.join("/", folders);
  }

  /** What is no escape stays. */
  private static String decoded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int code = bytes[i] == '%' && i + 2 < bytes.length ? code(bytes[i + 1], bytes[i + 2]) : -1;
      decoded.write(code < 0 ? bytes[i] : code);
      i += code < 0 ? 0 : 2;
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  /** The byte that two hexadecimal digits are; -1 if they are none. */
  private static int code(byte high, byte low) {
    int first = Character.digit(high, HEX);
    int second = Character.digit(low, HEX);
    return first < 0 || second < 0 ? -1 : first * HEX + second;
  }
}
