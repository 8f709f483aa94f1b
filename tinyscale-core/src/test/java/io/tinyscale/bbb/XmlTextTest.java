package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTextTest {

  private static final String TEXT = "<response><v>café 😀 \uFEFF €</v></response>";
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static String decode(byte[] document, int size) throws CharacterCodingException {
    XmlText text = new XmlText();
    StringBuilder decoded = new StringBuilder();
    for (int start = 0; start < document.length; start += size) {
      decoded.append(
          text.decode(
              ByteBuffer.wrap(document, start, Math.min(size, document.length - start)), false));
    }
    return decoded.append(text.decode(ByteBuffer.allocate(0), true)).toString();
  }

  static IntStream sizes() {
    return IntStream.rangeClosed(1, 20);
  }

  @ParameterizedTest(name = "{0} bytes")
  @MethodSource("sizes")
  void decodesPiecesOfEverySize(int size) throws CharacterCodingException {
    String declaration = "<?xml version=\"1.0\" encoding='%s'?>";
    String latin = declaration.formatted("ISO-8859-1") + "<v>café</v>";
    String utf16 = declaration.formatted("UTF-16") + TEXT;

    assertThat(decode(TEXT.getBytes(StandardCharsets.UTF_8), size)).isEqualTo(TEXT);
    assertThat(decode((BYTE_ORDER_MARK + TEXT).getBytes(StandardCharsets.UTF_8), size))
        .isEqualTo(TEXT);
    assertThat(decode((BYTE_ORDER_MARK + utf16).getBytes(StandardCharsets.UTF_16BE), size))
        .isEqualTo(utf16);
    assertThat(decode((BYTE_ORDER_MARK + TEXT).getBytes(StandardCharsets.UTF_16LE), size))
        .isEqualTo(TEXT);
    assertThat(decode(TEXT.getBytes(StandardCharsets.UTF_16BE), size)).isEqualTo(TEXT);
    assertThat(decode(TEXT.getBytes(StandardCharsets.UTF_16LE), size)).isEqualTo(TEXT);
    assertThat(decode(latin.getBytes(StandardCharsets.ISO_8859_1), size)).isEqualTo(latin);
  }

  @ParameterizedTest
  @CsvSource({"windows-1252", "ISO-8859-15", "utf-8", "US-ASCII"})
  void followsTheDeclaration(String encoding) throws CharacterCodingException {
    String document = "<?xml version='1.0' encoding=\"" + encoding + "\" ?><v>abc</v>";

    assertThat(decode(document.getBytes(Charset.forName(encoding)), 7)).isEqualTo(document);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<", "<a/>", "<?xm", "<?xml", "<?xml version='1.0'?>"})
  void decodesShortDocuments(String document) throws CharacterCodingException {
    assertThat(decode(document.getBytes(StandardCharsets.UTF_8), 1)).isEqualTo(document);
  }

  @Test
  void doesNotWaitForEverForTheEndOfADeclaration() throws CharacterCodingException {
    XmlText text = new XmlText();
    byte[] endless = ("<?xml " + "x".repeat(600)).getBytes(StandardCharsets.UTF_8);

    assertThat(text.decode(ByteBuffer.wrap(endless), false)).hasSize(606);
  }

  @ParameterizedTest(name = "{0} bytes")
  @MethodSource("sizes")
  void replacesBytesOutsideTheEncoding(int size) throws CharacterCodingException {
    byte[] latin = "<v>café</v>".getBytes(StandardCharsets.ISO_8859_1);
    byte[] surrogate = {'<', 'v', '>', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '<', '/', 'v', '>'};
    byte[] cut = "<v>é".getBytes(StandardCharsets.UTF_8);

    assertThat(decode(latin, size)).isEqualTo("<v>caf\uFFFD</v>");
    assertThat(decode(surrogate, size)).matches("<v>\uFFFD+</v>");
    assertThat(decode(Arrays.copyOf(cut, cut.length - 1), size)).isEqualTo("<v>\uFFFD");
  }

  @Test
  void tellsWhetherItReplacedAnything() throws CharacterCodingException {
    XmlText text = new XmlText();

    text.decode(ByteBuffer.wrap("<v>café</v>".getBytes(StandardCharsets.UTF_8)), false);
    assertThat(text.isMended()).isFalse();

    text.decode(ByteBuffer.wrap("<v>café</v>".getBytes(StandardCharsets.ISO_8859_1)), false);
    assertThat(text.isMended()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-encoding", "-", ".x"})
  void refusesAnEncodingThatDoesNotExist(String encoding) {
    byte[] document =
        ("<?xml version='1.0' encoding='" + encoding + "'?><v/>").getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> decode(document, 100)).isInstanceOf(CharacterCodingException.class);
  }
}
