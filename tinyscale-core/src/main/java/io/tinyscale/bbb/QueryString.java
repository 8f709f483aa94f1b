package io.tinyscale.bbb;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The raw query of a URL, byte for byte. Checksums are made over this text, so it is read, cut and
 * extended but never decoded and encoded again. Immutable.
 *
 * @param raw the query without its {@code ?}; empty if there is none
 */
public record QueryString(String raw) {

  /** No parameters at all. */
  public static final QueryString EMPTY = new QueryString("");

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return raw.isEmpty();
  }

  /**
   * Whether every character may stand in a URL: printable ASCII. Anything else would be sent on by
   * one HTTP library in one way and by another in another, and no checksum would hold.
   */
  public boolean isPrintableAscii() {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** The decoded value of the first parameter with this name; servers read the first, too. */
  public Optional<String> first(String name) {
    for (int start = 0; start <= raw.length(); start = endOf(start) + 1) {
      if (isNamed(start, name)) {
        return Optional.of(valueAt(start));
      }
    }
    return Optional.empty();
  }

  /**
   * The decoded value of the first metadata with this name, in upper or lower case: BBB takes all
   * names of metadata for lower case (BBB docs, API, "create").
   *
   * @param name in lower case, with {@code meta_}
   */
  public Optional<String> metadata(String name) {
    for (int start = 0; start <= raw.length(); start = endOf(start) + 1) {
      if (isNamedInAnyCase(start, name)) {
        return Optional.of(valueAt(start));
      }
    }
    return Optional.empty();
  }

  /** The decoded values of every parameter with this name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(1);
    for (int start = 0; start <= raw.length(); start = endOf(start) + 1) {
      if (isNamed(start, name)) {
        values.add(valueAt(start));
      }
    }
    return values;
  }

  /**
   * The query without every parameter of this name, cut as BBB cuts the checksum: with the {@code
   * &} before it, or the one behind it if it stands first. All other bytes stay, surplus {@code &}
   * included.
   */
  public QueryString without(String name) {
    StringBuilder rest = null;
    int copied = 0;
    for (int start = 0; start <= raw.length(); start = endOf(start) + 1) {
      if (isNamed(start, name)) {
        rest = rest == null ? new StringBuilder(raw.length()) : rest;
        copied = cut(rest, copied, start, endOf(start));
      }
    }
    return rest == null ? this : new QueryString(rest.append(raw, copied, raw.length()).toString());
  }

  /**
   * The query with other values for some parameters, each where it stands. All other bytes stay.
   *
   * @param names which parameters may change, by their names as a server reads them
   * @param values is given the name and the decoded value of such a parameter. If the value that it
   *     returns is the same, the parameter stays as it is; if it returns none, the parameter is cut
   *     as by {@link #without}; any other value is encoded as a form does it
   */
  public QueryString edited(
      Predicate<String> names, BiFunction<String, String, Optional<String>> values) {
    StringBuilder rest = null;
    int copied = 0;
    for (int start = 0; start <= raw.length(); start = endOf(start) + 1) {
      int nameEnd = nameEnd(start);
      String name = decode(start, nameEnd).trim();
      if (!names.test(name)) {
        continue;
      }
      String value = valueAt(start);
      Optional<String> other = values.apply(name, value);
      if (other.isPresent() && other.get().equals(value)) {
        continue;
      }
      int end = endOf(start);
      rest = rest == null ? new StringBuilder(raw.length()) : rest;
      if (other.isPresent()) {
        rest.append(raw, copied, nameEnd).append('=').append(formEncoded(other.get()));
        copied = end;
      } else {
        copied = cut(rest, copied, start, end);
      }
    }
    return rest == null ? this : new QueryString(rest.append(raw, copied, raw.length()).toString());
  }

  /**
   * Copies what stands before a parameter that is cut.
   *
   * @return where copying goes on
   */
  private int cut(StringBuilder rest, int copied, int start, int end) {
    boolean first = rest.isEmpty() && start == copied;
    rest.append(raw, copied, first ? start : start - 1);
    return first ? Math.min(end + 1, raw.length()) : end;
  }

  /** The query with one more parameter at its end; name and value go in as they are. */
  public QueryString with(String name, String rawValue) {
    return new QueryString(
        raw.isEmpty() ? name + "=" + rawValue : raw + "&" + name + "=" + rawValue);
  }

  /** The query with one more parameter at its end, its value encoded as a form does it. */
  public QueryString withEncoded(String name, String value) {
    return with(name, formEncoded(value));
  }

  /**
   * What servers up to 2.7 hash for a form whose parameters are all in the body: names sorted, each
   * value encoded as {@link URLEncoder} does it, the checksum left out. Names are encoded, too: for
   * every name that BBB knows it makes no difference, and no name can pass for several parameters.
   */
  public QueryString sortedForm() {
    Map<String, List<String>> byName = new TreeMap<>();
    for (int start = 0; start < raw.length(); start = endOf(start) + 1) {
      String name = decode(start, nameEnd(start)).trim();
      if (!name.isEmpty() && !name.equals("checksum")) {
        byName.computeIfAbsent(name, n -> new ArrayList<>(1)).add(valueAt(start));
      }
    }
    StringJoiner sorted = new StringJoiner("&");
    byName.forEach(
        (name, values) ->
            values.forEach(value -> sorted.add(formEncoded(name) + "=" + formEncoded(value))));
    return new QueryString(sorted.toString());
  }

  private static String formEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The bytes a checksum is made over. */
  byte[] bytes() {
    return raw.getBytes(StandardCharsets.UTF_8);
  }

  /** Parameters hold passwords and checksums: they never reach a log by accident. */
  @Override
  public String toString() {
    return "QueryString[" + raw.length() + " characters]";
  }

  private int endOf(int start) {
    int end = raw.indexOf('&', start);
    return end < 0 ? raw.length() : end;
  }

  /**
   * Whether the parameter that begins here has this name once decoded and trimmed, which is how a
   * server reads it: {@code %63hecksum} is a checksum, too.
   */
  private boolean isNamed(int start, String name) {
    int nameEnd = nameEnd(start);
    if (nameEnd - start == name.length() && raw.startsWith(name, start)) {
      return true;
    }
    return nameEnd - start > name.length() && decode(start, nameEnd).trim().equals(name);
  }

  private boolean isNamedInAnyCase(int start, String name) {
    int nameEnd = nameEnd(start);
    if (nameEnd - start == name.length()
        && raw.regionMatches(true, start, name, 0, name.length())) {
      return true;
    }
    return nameEnd - start > name.length()
        && decode(start, nameEnd).trim().toLowerCase(Locale.ROOT).equals(name);
  }

  private int nameEnd(int start) {
    int position = start;
    while (position < raw.length() && !endsName(raw.charAt(position))) {
      position++;
    }
    return position;
  }

  private static boolean endsName(char c) {
    return c == '=' || c == '&';
  }

  private String valueAt(int start) {
    int end = endOf(start);
    int nameEnd = nameEnd(start);
    return nameEnd == end ? "" : decode(nameEnd + 1, end);
  }

  private String decode(int from, int to) {
    if (!needsDecoding(from, to)) {
      return raw.substring(from, to);
    }
    byte[] encoded = raw.substring(from, to).getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      byte b = encoded[i];
      if (b == '%' && i + 2 < encoded.length && isHex(encoded[i + 1]) && isHex(encoded[i + 2])) {
        decoded.put(
            (byte)
                (Character.digit(encoded[i + 1], 16) << 4 | Character.digit(encoded[i + 2], 16)));
        i += 2;
      } else {
        decoded.put(b == '+' ? (byte) ' ' : b);
      }
    }
    return StandardCharsets.UTF_8.decode(decoded.flip()).toString();
  }

  private boolean needsDecoding(int from, int to) {
    for (int i = from; i < to; i++) {
      char c = raw.charAt(i);
      if (c == '%' || c == '+') {
        return true;
      }
    }
    return false;
  }

  private static boolean isHex(byte b) {
    return b > 0 && Character.digit(b, 16) >= 0;
  }
}
