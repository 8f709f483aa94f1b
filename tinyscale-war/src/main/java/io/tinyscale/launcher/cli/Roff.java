package io.tinyscale.launcher.cli;

import java.util.Locale;

/** Writes a manual page in roff, line by line. */
final class Roff {

  private final StringBuilder page = new StringBuilder();

  /** Begins a page of a section of the manual. */
  Roff(String name, int section) {
    String title = name.toUpperCase(Locale.ROOT);
    request("TH " + escaped(title) + " " + section + " \"\" \"tinyscale\"");
  }

  void section(String name) {
    request("SH " + quoted(name));
  }

  void subsection(String name) {
    request("SS " + quoted(name));
  }

  void paragraph() {
    request("PP");
  }

  void lineBreak() {
    request("br");
  }

  /** A head, such as that of an option, and its indented text. */
  void item(String head, String text) {
    request("TP");
    line(head);
    text(text);
  }

  void text(String text) {
    line(escaped(text));
  }

  /** A line whose escapes are meant. A point or an apostrophe at its start would be a request. */
  void line(String text) {
    boolean isLikeRequest = text.startsWith(".") || text.startsWith("'");
    page.append(isLikeRequest ? "\\&" : "").append(text).append('\n');
  }

  private void request(String request) {
    page.append('.').append(request).append('\n');
  }

  static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  private static String quoted(String text) {
    return '"' + escaped(text).replace("\"", "\\(dq") + '"';
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ");
  }

  /** The page. */
  @Override
  public String toString() {
    return page.toString();
  }
}
