package io.tinyscale.bbb;

import java.io.StringReader;
import javax.xml.stream.XMLStreamException;

/**
 * Cuts a list of any length ({@code getMeetings}, {@code getRecordings}) into its items while it
 * arrives, holding no more than one item in memory. Every item, and what is left of the document
 * without them, is checked to be well-formed.
 *
 * <p>One bad item does not spoil the list: an item that is not well-formed is mended or left out,
 * and the scan goes on behind it. It ends where its own end tag is, or at the latest with the list.
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
  private final ListReceiver receiver;

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

  /** Of the open elements of an item, those that are called as the item, itself included. */
  private int openItems;

  /** Of the open elements of an item, those that are called as the list. */
  private int openLists;

  /** Whether an element of the item is called as the item. */
  private boolean nested;

  /** Scans a list of this kind and hands each item to the receiver as soon as it is complete. */
  public ListingScanner(ListingKind kind, ListReceiver receiver) {
    this.kind = kind;
    this.receiver = receiver;
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
    String rest = frame.toString();
    try {
      return fields(rest, "response");
    } catch (XMLStreamException mistake) {
      ApiReply mended = fields(DamagedXml.mended(rest), "response");
      receiver.damaged(ListDamage.CHARACTERS);
      return mended;
    }
  }

  private static ApiReply fields(String xml, String root) throws XMLStreamException {
    return new ApiReply(SafeXml.children(new StringReader(xml), root));
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
      case TAG -> {
        if (c == '<') {
          beginAnew();
        } else {
          feedTag(c);
        }
      }
      case QUOTED -> {
        if (c == '<') {
          beginAnew();
        } else {
          append(token, c);
          mode = c == quote ? Mode.TAG : Mode.QUOTED;
        }
      }
      case COMMENT -> feedUntil("-->", c);
      case CDATA -> feedUntil("]]>", c);
      case INSTRUCTION -> feedUntil("?>", c);
      default -> throw new IllegalStateException(mode.name());
    }
  }

  /** No tag can hold a {@code <}: what looked like the beginning of a tag was text. */
  private void beginAnew() throws XMLStreamException {
    if (inItem || depth != 2) {
      append(sink(), token);
    } else {
      receiver.damaged(ListDamage.STRUCTURE);
    }
    token.setLength(0);
    token.append('<');
    mode = Mode.TAG;
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
        if (!inItem) {
          throw new XMLStreamException("a document type is not read");
        }
        mode = Mode.TEXT;
        append(item, token);
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
    boolean closes = token.charAt(1) == '/';
    boolean empty = !closes && token.charAt(token.length() - 2) == '/';
    String name = tagName(closes ? 2 : 1);
    if (inItem) {
      if (closes) {
        close(name);
      } else {
        open(name, empty);
      }
    } else if (closes) {
      closeOutside(name);
    } else {
      openOutside(name, empty);
    }
  }

  private void openOutside(String name, boolean empty) throws XMLStreamException {
    if (depth == 1) {
      listElement = name;
    }
    if (depth == 2 && name.equals(kind.item()) && listElement.equals(kind.list())) {
      inItem = true;
      openItems = 0;
      openLists = 0;
      nested = false;
      item.setLength(0);
      open(name, empty);
      return;
    }
    append(frame, token);
    if (!empty) {
      depth++;
    }
  }

  private void closeOutside(String name) throws XMLStreamException {
    if (depth == 2 && !name.equals(listElement)) {
      // An item has ended too early, or never begun.
      receiver.damaged(ListDamage.STRUCTURE);
      return;
    }
    depth--;
    append(frame, token);
  }

  private void open(String name, boolean empty) throws XMLStreamException {
    append(item, token);
    if (empty) {
      if (openItems == 0) {
        endItem();
      }
    } else if (name.equals(kind.item())) {
      nested |= openItems > 0;
      openItems++;
    } else if (name.equals(kind.list())) {
      openLists++;
    }
  }

  private void close(String name) throws XMLStreamException {
    if (name.equals(kind.list()) && openLists == 0) {
      // The list ends, and so does the item that lacks its end.
      inItem = false;
      leaveOut(item.toString());
      receiver.damaged(ListDamage.STRUCTURE);
      closeOutside(name);
      return;
    }
    append(item, token);
    if (name.equals(kind.list())) {
      openLists--;
    } else if (name.equals(kind.item()) && --openItems == 0) {
      endItem();
    }
  }

  private void endItem() {
    inItem = false;
    String xml = item.toString();
    ListedItem sound;
    try {
      sound = new ListedItem(xml, fields(xml, kind.item()));
    } catch (XMLStreamException mistake) {
      mend(DamagedXml.mended(xml));
      return;
    }
    receiver.item(sound);
  }

  private void mend(String xml) {
    ListedItem mended;
    try {
      mended = new ListedItem(xml, fields(xml, kind.item()));
    } catch (XMLStreamException mistake) {
      leaveOut(xml);
      return;
    }
    receiver.damaged(ListDamage.CHARACTERS);
    receiver.item(mended);
  }

  private void leaveOut(String xml) {
    receiver.unreadable(DamagedXml.fields(DamagedXml.mended(xml), kind.item()));
    // Where an end tag is broken, the item may hold others.
    receiver.damaged(nested ? ListDamage.STRUCTURE : ListDamage.ITEMS);
  }

  private String tagName(int begin) {
    int end = begin;
    while (end < token.length() - 1 && " \t\r\n/".indexOf(token.charAt(end)) < 0) {
      end++;
    }
    return token.substring(begin, end);
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
