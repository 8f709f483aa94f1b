package io.tinyscale.simulator.api;

import java.io.IOException;
import java.util.Map;

/**
 * Writes XML as the server's templates do: one element per line, without declaration and
 * indentation.
 */
final class Xml {
  private final Appendable out;

  Xml(Appendable out) {
    this.out = out;
  }

  /** Part of a document. */
  interface Part {
    void writeTo(Xml xml) throws IOException;
  }

  Xml open(String name) throws IOException {
    out.append('<').append(name).append(">\n");
    return this;
  }

  Xml close(String name) throws IOException {
    out.append("</").append(name).append(">\n");
    return this;
  }

  Xml element(String name, Object value) throws IOException {
    out.append('<').append(name).append('>');
    escape(String.valueOf(value));
    out.append("</").append(name).append(">\n");
    return this;
  }

  /** An element whose text is a CDATA section, as bbb-webhooks writes URLs. */
  Xml cdata(String name, String value) throws IOException {
    out.append('<').append(name).append("><![CDATA[");
    out.append(value.replace("]]>", "]]]]><![CDATA[>"));
    out.append("]]></").append(name).append(">\n");
    return this;
  }

  Xml raw(String text) throws IOException {
    out.append(text);
    return this;
  }

  /**
   * One element per entry. As in the real templates, names come from callers and are not checked: a
   * name that starts with a digit makes the document malformed.
   */
  Xml entries(String name, Map<String, String> entries) throws IOException {
    open(name);
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      element(entry.getKey(), entry.getValue());
    }
    return close(name);
  }

  private void escape(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
  }
}
