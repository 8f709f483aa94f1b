package io.tinyscale.bbb;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the plainest of documents without an XML parser, whose buffers would cost more than the
 * rest of a call: a root with elements of plain text, as BBB answers a create. Whatever is not as
 * plain, well-formed or not, is left to {@link SafeXml}, which reads the same from what is.
 */
final class FlatXml {

  private final String document;
  private int at;

  private FlatXml(String document) {
    this.document = document;
  }

  /**
   * The texts of the elements right below the root.
   *
   * @param root how the root element must be called
   * @return element name to text, trimmed, the first where a name comes twice; empty if the
   *     document has attributes, references, comments, elements further down, a declaration, a
   *     mistake or another root
   */
  static Optional<Map<String, String>> children(String document, String root) {
    return new FlatXml(document).read(root);
  }

  private Optional<Map<String, String>> read(String root) {
    Map<String, String> children = new HashMap<>();
    skipSpace();
    if (!skip('<') || !name().equals(root) || !skip('>')) {
      return Optional.empty();
    }
    skipSpace();
    while (skip('<')) {
      if (skip('/')) {
        boolean isWhole = name().equals(root) && skip('>');
        skipSpace();
        return isWhole && at == document.length() ? Optional.of(children) : Optional.empty();
      }
      if (!readChild(children)) {
        return Optional.empty();
      }
      skipSpace();
    }
    return Optional.empty();
  }

  /** Reads a child behind its first bracket; false if it is not plain. */
  private boolean readChild(Map<String, String> children) {
    String name = name();
    if (name.isEmpty()) {
      return false;
    }
    if (skip('/')) {
      children.putIfAbsent(name, "");
      return skip('>');
    }
    if (!skip('>')) {
      return false;
    }
    int begin = at;
    while (at < document.length() && isPlain(document.charAt(at))) {
      at++;
    }
    children.putIfAbsent(name, document.substring(begin, at).trim());
    return skip('<') && skip('/') && name().equals(name) && skip('>');
  }

  private String name() {
    int begin = at;
    while (at < document.length() && isOfName(document.charAt(at), at == begin)) {
      at++;
    }
    return document.substring(begin, at);
  }

  private static boolean isOfName(char c, boolean first) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c == '_'
        || !first && (c >= '0' && c <= '9' || c == '-' || c == '.');
  }

  /** Whether a character of a text stands for itself and is allowed in XML beyond doubt. */
  private static boolean isPlain(char c) {
    return c >= ' ' && c < '\u007f' && c != '<' && c != '&' && c != '>'
        || c == '\n'
        || c == '\t'
        || c > '\u009f' && c < '\ud800';
  }

  private void skipSpace() {
    while (at < document.length() && " \t\r\n".indexOf(document.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean skip(char c) {
    boolean isThere = at < document.length() && document.charAt(at) == c;
    if (isThere) {
      at++;
    }
    return isThere;
  }
}
