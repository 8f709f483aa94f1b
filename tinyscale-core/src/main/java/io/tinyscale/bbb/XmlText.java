package io.tinyscale.bbb;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of an XML document whose bytes arrive in pieces, in the encoding that its byte order
 * mark or its declaration names; UTF-8 without either. Bytes that are not in that encoding become
 * U+FFFD. Not thread-safe.
 */
public final class XmlText {

  private static final int LONGEST_DECLARATION = 512;
  private static final Pattern ENCODING =
      Pattern.compile("<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"']");

  private final ByteArrayOutputStream undecoded = new ByteArrayOutputStream();
  private @Nullable CharsetDecoder decoder;
  private boolean begun;
  private boolean mended;

  /** The text of a document that has not begun. */
  public XmlText() {}

  /**
   * The text of a whole document; what is wrong in its encoding is replaced, so that the rest of it
   * can be read.
   */
  static String whole(byte[] document) {
    String text = new String(document, charsetOr(StandardCharsets.UTF_8, document));
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static Charset charsetOr(Charset other, byte[] document) {
    try {
      return charset(document, true).orElse(other);
    } catch (CharacterCodingException unknown) {
      return other;
    }
  }

  /**
   * The characters that these further bytes complete.
   *
   * @param last whether these bytes are the last
   * @throws CharacterCodingException if nobody knows the document's encoding
   */
  public CharSequence decode(ByteBuffer bytes, boolean last) throws CharacterCodingException {
    byte[] piece = new byte[bytes.remaining()];
    bytes.get(piece);
    undecoded.writeBytes(piece);
    byte[] pending = undecoded.toByteArray();
    if (decoder == null) {
      Optional<Charset> charset = charset(pending, last);
      if (charset.isEmpty()) {
        return "";
      }
      decoder =
          charset
              .get()
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
    }
    return decode(decoder, pending, last);
  }

  private CharSequence decode(CharsetDecoder decoder, byte[] pending, boolean last) {
    ByteBuffer in = ByteBuffer.wrap(pending);
    CharBuffer out =
        CharBuffer.allocate((int) (pending.length * (double) decoder.maxCharsPerByte()) + 1);
    CoderResult result = decoder.decode(in, out, last);
    while (result.isError()) {
      mended = true;
      in.position(in.position() + result.length());
      out.put('\uFFFD');
      result = decoder.decode(in, out, last);
    }
    if (last) {
      decoder.flush(out);
    }
    undecoded.reset();
    undecoded.write(pending, in.position(), in.remaining());
    out.flip();
    if (!begun && out.hasRemaining()) {
      begun = true;
      // Only the first of all characters is a byte order mark.
      out.position(out.charAt(0) == '\uFEFF' ? 1 : 0);
    }
    return out;
  }

  /** Whether some bytes were not in the document's encoding. */
  public boolean isMended() {
    return mended;
  }

  /** The document's encoding; empty while its beginning does not tell yet. */
  private static Optional<Charset> charset(byte[] beginning, boolean last)
      throws CharacterCodingException {
    int known = Math.min(beginning.length, LONGEST_DECLARATION);
    if (known < 5 && !last) {
      return Optional.empty();
    }
    if (startsWith(beginning, 0xFE, 0xFF) || startsWith(beginning, 0, '<')) {
      return Optional.of(StandardCharsets.UTF_16BE);
    }
    if (startsWith(beginning, 0xFF, 0xFE) || startsWith(beginning, '<', 0)) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    String text = new String(beginning, 0, known, StandardCharsets.ISO_8859_1);
    boolean declared = text.startsWith("<?xml") || text.startsWith("\u00EF\u00BB\u00BF<?xml");
    if (!declared) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    if (!text.contains("?>") && known < LONGEST_DECLARATION && !last) {
      return Optional.empty();
    }
    Matcher encoding = ENCODING.matcher(text);
    if (!encoding.find()) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    try {
      return Optional.of(Charset.forName(encoding.group(1)));
    } catch (IllegalArgumentException unknown) {
      throw new CharacterCodingException();
    }
  }

  private static boolean startsWith(byte[] bytes, int first, int second) {
    return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
  }
}
