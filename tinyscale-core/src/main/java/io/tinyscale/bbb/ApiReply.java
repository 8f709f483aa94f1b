package io.tinyscale.bbb;

import java.io.StringReader;
import java.util.Map;
import java.util.Optional;

/**
 * What a server's small answer says: the texts of the elements right below its root. An answer may
 * be broken further down (metadata names are not escaped everywhere), so what was read before the
 * break counts.
 *
 * @param fields element name to text; the first wins where a name comes twice
 */
public record ApiReply(Map<String, String> fields) {

  private static final String ROOT = "response";

  /** Copies the fields. */
  public ApiReply {
    fields = Map.copyOf(fields);
  }

  /**
   * Reads an XML answer.
   *
   * @return empty unless it begins as a BBB answer does, with a return code
   */
  public static Optional<ApiReply> read(byte[] document) {
    String text = XmlText.whole(document);
    Map<String, String> fields =
        FlatXml.children(text, ROOT)
            .orElseGet(() -> SafeXml.childrenUpToMistake(new StringReader(text), ROOT));
    return fields.containsKey("returncode") ? Optional.of(new ApiReply(fields)) : Optional.empty();
  }

  /** Whether the server did what was asked. */
  public boolean succeeded() {
    return "SUCCESS".equals(fields.get("returncode"));
  }

  /** The key of the message, or the empty text. */
  public String messageKey() {
    return text("messageKey");
  }

  /**
   * Whether the server says that it holds no such meeting: it does not know it, or no meeting can
   * have such an id. Any other failure leaves that open.
   */
  public boolean deniesMeeting() {
    return !succeeded()
        && (MessageKeys.deniesMeeting(messageKey()) || MessageKeys.refusesId(messageKey()));
  }

  /** The text of an element, or the empty text. */
  public String text(String element) {
    return fields.getOrDefault(element, "");
  }

  /**
   * The number in an element; 0 if there is none. Old servers write numbers with the separators of
   * their locale, such as {@code 1,234}.
   */
  public long number(String element) {
    long number = 0;
    for (char c : text(element).toCharArray()) {
      if (c >= '0' && c <= '9' && number < Long.MAX_VALUE / 10 - 9) {
        number = 10 * number + (c - '0');
      }
    }
    return number;
  }

  /** Answers hold passwords: their texts never reach a log by accident. */
  @Override
  public String toString() {
    return "ApiReply" + fields.keySet();
  }
}
