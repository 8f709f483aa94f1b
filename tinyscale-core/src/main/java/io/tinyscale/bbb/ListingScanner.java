package io.tinyscale.bbb;

import java.io.StringReader;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;

/**
 * Cuts a list of any length ({@code getMeetings}, {@code getRecordings}) into its items while it
 * arrives, holding no more than one item in memory. Every item, and what is left of the document
 * without them, is checked to be well-formed.
 *
 * <p>Not thread-safe: one list, one scanner, fed by one thread after the other.
 */
public final class ListingScanner {

  private static final int LARGEST_ITEM = 4 << 20;
  private static final int LARGEST_FRAME = 64 << 10;

  private enum Mode {
    TEXT,
    TAG,
    QUOTED,
    COMMENT,
    CDATA,
    INSTRUCTION
  }

  private final ListingKind kind;
  private final Consumer<ListedItem> items;

  /** The markup being read, from its {@code <} on. */
  private final StringBuilder token = new StringBuilder();

  private final StringBuilder item = new StringBuilder();

  /** The document without its items. */
  private final StringBuilder frame = new StringBuilder();

  private Mode mode = Mode.TEXT;
  private char quote;
  private int depth;
  private String listElement = "";
  private boolean inItem;

  /** Scans a list of this kind and hands each item to the consumer as soon as it is complete. */
  public ListingScanner(ListingKind kind, Consumer<ListedItem> items) {
    this.kind = kind;
    this.items = items;
  }

  /**
   * Takes the next characters of the document.
   *
   * @throws XMLStreamException if they cannot be part of a well-formed list, or it is too large
   */
  public void feed(CharSequence text) throws XMLStreamException {
    for (int i = 0; i < text.length(); i++) {
      feed(text.charAt(i));
    }
  }

  /**
   * Ends the document.
   *
   * @return what it says beside its items
   * @throws XMLStreamException if it is cut short or not well-formed
   */
  public ApiReply end() throws XMLStreamException {
    if (mode != Mode.TEXT || depth != 0) {
      throw new XMLStreamException("the document ends in the middle");
    }
    return new ApiReply(SafeXml.children(new StringReader(frame.toString()), "response"));
  }

  private void feed(char c) throws XMLStreamException {
    switch (mode) {
      case TEXT -> {
        if (c == '<') {
          token.setLength(0);
          token.append(c);
          mode = Mode.TAG;
        } else if (inItem || depth != 2 || c > ' ') {
          // Blanks between items say nothing, but of a long list they would be too many to keep.
          append(sink(), c);
        }
      }
      case TAG -> feedTag(c);
      case QUOTED -> {
        append(token, c);
        mode = c == quote ? Mode.TAG : Mode.QUOTED;
      }
      case COMMENT -> feedUntil("-->", c);
      case CDATA -> feedUntil("]]>", c);
      case INSTRUCTION -> feedUntil("?>", c);
      default -> throw new IllegalStateException(mode.name());
    }
  }

  private void feedTag(char c) throws XMLStreamException {
    append(token, c);
    if (token.charAt(1) == '!') {
      if (is("<!--")) {
        mode = Mode.COMMENT;
      } else if (is("<![CDATA[")) {
        mode = Mode.CDATA;
      } else if (!"<!--".startsWith(token.toString())
          && !"<![CDATA[".startsWith(token.toString())) {
        throw new XMLStreamException("a document type is not read");
      }
    } else if (c == '?' && token.length() == 2) {
      mode = Mode.INSTRUCTION;
    } else if (c == '"' || c == '\'') {
      quote = c;
      mode = Mode.QUOTED;
    } else if (c == '>') {
      mode = Mode.TEXT;
      endTag();
    }
  }

  private void feedUntil(String end, char c) throws XMLStreamException {
    append(token, c);
    if (c == '>'
        && token.length() >= end.length() + (mode == Mode.COMMENT ? "<!--".length() : 0)
        && token.indexOf(end, token.length() - end.length()) >= 0) {
      mode = Mode.TEXT;
      append(sink(), token);
    }
  }

  private void endTag() throws XMLStreamException {
    if (token.charAt(1) == '/') {
      depth--;
      append(sink(), token);
      if (inItem && depth == 2) {
        endItem();
      }
      return;
    }
    boolean empty = token.charAt(token.length() - 2) == '/';
    String name = tagName();
    if (depth == 1) {
      listElement = name;
    }
    if (depth == 2 && name.equals(kind.item()) && listElement.equals(kind.list())) {
      inItem = true;
      item.setLength(0);
    }
    append(sink(), token);
    if (!empty) {
      depth++;
    } else if (inItem && depth == 2) {
      endItem();
    }
  }

  private void endItem() throws XMLStreamException {
    inItem = false;
    String xml = item.toString();
    items.accept(
        new ListedItem(xml, new ApiReply(SafeXml.children(new StringReader(xml), kind.item()))));
  }

  private String tagName() {
    int end = 1;
    while (end < token.length() - 1 && " \t\r\n/".indexOf(token.charAt(end)) < 0) {
      end++;
    }
    return token.substring(1, end);
  }

  private boolean is(String markup) {
    return token.length() == markup.length() && token.indexOf(markup) == 0;
  }

  private StringBuilder sink() {
    return inItem ? item : frame;
  }

  private void append(StringBuilder target, char c) throws XMLStreamException {
    target.append(c);
    checkSize(target);
  }

  private void append(StringBuilder target, CharSequence text) throws XMLStreamException {
    target.append(text);
    checkSize(target);
  }

  private void checkSize(StringBuilder target) throws XMLStreamException {
    if (target.length() > (target == frame ? LARGEST_FRAME : LARGEST_ITEM)) {
      throw new XMLStreamException("an element of the list is too large");
    }
  }
}
