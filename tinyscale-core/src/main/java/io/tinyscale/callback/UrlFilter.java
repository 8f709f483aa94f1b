package io.tinyscale.callback;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces the URLs of a relay in an XML document by the originals while the document passes, and
 * changes no other byte. It holds back what may be such a URL until the URL's end is there: the
 * prefix and {@link CallbackRelay#LONGEST_TOKEN} bytes at most. Not thread-safe: one document, one
 * filter.
 *
 * <p>A URL in a CDATA section is put back unescaped only if it is the first thing there, as servers
 * write it. Behind other text of a section the original is escaped, so a reader of the document
 * sees {@code &amp;} in it; the document stays well-formed.
 */
final class UrlFilter {

  private static final byte[] CDATA = "<![CDATA[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = new byte[0];

  private final Literal prefix;
  private final Function<String, Optional<String>> originals;

  /** What was held back. */
  private byte[] held = NOTHING;

  /** What came right before {@link #held}. */
  private byte[] before = NOTHING;

  /** Whether a section began right before {@link #held}, but for blanks. */
  private boolean sectionBegins;

  /**
   * A filter for one document.
   *
   * @param prefix what the relay's URLs begin with
   * @param originals the original URL for what follows the prefix; empty if that stays
   */
  UrlFilter(Literal prefix, Function<String, Optional<String>> originals) {
    this.prefix = prefix;
    this.originals = originals;
  }

  /** What can be passed on after these further bytes; often the same bytes. */
  ByteBuffer next(byte[] bytes, int from, int to) {
    if (held.length == 0) {
      return edit(bytes, from, to, false);
    }
    byte[] joined = joined(bytes, from, to);
    return edit(joined, 0, joined.length, false);
  }

  /** What is left to be passed on with these last bytes. */
  ByteBuffer last(byte[] bytes, int from, int to) {
    byte[] joined = joined(bytes, from, to);
    return edit(joined, 0, joined.length, true);
  }

  /** What was held back, and these bytes. */
  private byte[] joined(byte[] bytes, int from, int to) {
    byte[] joined = Arrays.copyOf(held, held.length + to - from);
    System.arraycopy(bytes, from, joined, held.length, to - from);
    return joined;
  }

  private ByteBuffer edit(byte[] bytes, int from, int to, boolean last) {
    ByteArrayOutputStream edited = null;
    int copied = from;
    int searched = from;
    int end;
    while (true) {
      int url = prefix.indexIn(bytes, searched, to);
      if (url < 0) {
        end = last ? to : to - prefix.begunAtEnd(bytes, searched, to);
        break;
      }
      int token = url + prefix.length();
      int tokenEnd = endOfToken(bytes, token, to);
      boolean isLong = tokenEnd - token > CallbackRelay.LONGEST_TOKEN;
      if (tokenEnd == to && !last && !isLong) {
        end = url;
        break;
      }
      Optional<byte[]> original =
          isLong ? Optional.empty() : original(bytes, from, url, token, tokenEnd);
      if (original.isPresent()) {
        edited = edited == null ? new ByteArrayOutputStream(to - from) : edited;
        edited.write(bytes, copied, url - copied);
        edited.writeBytes(original.get());
        copied = tokenEnd;
      }
      searched = original.isPresent() ? tokenEnd : token;
    }
    held = end == to ? NOTHING : Arrays.copyOfRange(bytes, end, to);
    remember(bytes, from, end);
    if (edited == null) {
      return ByteBuffer.wrap(bytes, from, end - from);
    }
    edited.write(bytes, copied, end - copied);
    return ByteBuffer.wrap(edited.toByteArray());
  }

  /** The end of the token, or one byte more than the longest token has. */
  private static int endOfToken(byte[] bytes, int token, int to) {
    int most = Math.min(to, token + CallbackRelay.LONGEST_TOKEN + 1);
    int end = token;
    while (end < most && isOfToken(bytes[end])) {
      end++;
    }
    return end;
  }

  private static boolean isOfToken(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || b == '-'
        || b == '_'
        || b == '.';
  }

  private Optional<byte[]> original(byte[] bytes, int from, int url, int token, int tokenEnd) {
    boolean isInCdata = isAtStartOfSection(bytes, from, url);
    return originals
        .apply(new String(bytes, token, tokenEnd - token, StandardCharsets.US_ASCII))
        .filter(original -> !isInCdata || !original.contains("]]>"))
        .map(original -> isInCdata ? original : escaped(original))
        .map(original -> original.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Whether a section, in which nothing is escaped, begins before this place. Blanks may stand
   * between: servers break the lines of what they write anew.
   */
  private boolean isAtStartOfSection(byte[] bytes, int from, int place) {
    int end = place;
    while (end > from && bytes[end - 1] >= 0 && bytes[end - 1] <= ' ') {
      end--;
    }
    return end == from ? sectionBegins : isAfterCdata(bytes, from, end);
  }

  private boolean isAfterCdata(byte[] bytes, int from, int place) {
    int near = Math.min(place - from, CDATA.length);
    int far = CDATA.length - near;
    return Arrays.equals(bytes, place - near, place, CDATA, far, CDATA.length)
        && before.length >= far
        && Arrays.equals(before, before.length - far, before.length, CDATA, 0, far);
  }

  private void remember(byte[] bytes, int from, int end) {
    sectionBegins = isAtStartOfSection(bytes, from, end);
    int most = CDATA.length;
    if (end - from >= most) {
      before = Arrays.copyOfRange(bytes, end - most, end);
    } else if (end > from) {
      byte[] both = Arrays.copyOf(before, before.length + end - from);
      System.arraycopy(bytes, from, both, before.length, end - from);
      before = Arrays.copyOfRange(both, Math.max(0, both.length - most), both.length);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
