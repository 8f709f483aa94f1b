package io.tinyscale.config;

import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Goes through the text of a JSON array of objects from its beginning to its end, and finds where
 * its parts are. Relies on text that a strict reader has accepted. Not thread-safe.
 */
final class JsonScanner {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** A part of the text, the end not included. */
  record Span(int from, int to) {}

  record Member(String name, Span key, Span value) {}

  /** One object, its braces included. */
  record Element(Span span, List<Member> members) {

    Member last() {
      return members.get(members.size() - 1);
    }

    OptionalInt indexOf(String name) {
      for (int i = 0; i < members.size(); i++) {
        if (members.get(i).name().equals(name)) {
          return OptionalInt.of(i);
        }
      }
      return OptionalInt.empty();
    }
  }

  private final String text;
  private int at;

  JsonScanner(String text) {
    this.text = text;
  }

  /** Passes the bracket that opens the array; returns where it stands. */
  int openArray() {
    if (text.startsWith(BYTE_ORDER_MARK)) {
      at = BYTE_ORDER_MARK.length();
    }
    skipBlanks();
    pass('[');
    return at - 1;
  }

  List<Element> objects() {
    List<Element> objects = new ArrayList<>();
    skipBlanks();
    while (here() != ']') {
      objects.add(object());
      skipBlanks();
      passComma(']');
    }
    return List.copyOf(objects);
  }

  private Element object() {
    int from = at;
    pass('{');
    List<Member> members = new ArrayList<>();
    skipBlanks();
    while (here() != '}') {
      Span key = value();
      skipBlanks();
      pass(':');
      skipBlanks();
      Span value = value();
      String name = JsonParser.parseString(text.substring(key.from(), key.to())).getAsString();
      members.add(new Member(name, key, value));
      skipBlanks();
      passComma('}');
    }
    pass('}');
    return new Element(new Span(from, at), List.copyOf(members));
  }

  /** Passes a value of any type. */
  private Span value() {
    int from = at;
    int depth = 0;
    do {
      char c = here();
      if (c == '"') {
        passText();
      } else {
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        at++;
      }
    } while (depth > 0 || !isEndOfValue(from));
    return new Span(from, at);
  }

  /** Whether a value that began there is over; numbers and words go on until something else. */
  private boolean isEndOfValue(int from) {
    char first = text.charAt(from);
    return first == '"'
        || first == '{'
        || first == '['
        || at >= text.length()
        || " \t\r\n,:]}".indexOf(text.charAt(at)) >= 0;
  }

  private void passText() {
    at++;
    while (here() != '"') {
      at += here() == '\\' ? 2 : 1;
    }
    at++;
  }

  private void passComma(char end) {
    if (here() != end) {
      pass(',');
      skipBlanks();
    }
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void pass(char expected) {
    if (here() != expected) {
      throw new IllegalArgumentException("no JSON array of objects: character " + at);
    }
    at++;
  }

  private char here() {
    if (at >= text.length()) {
      throw new IllegalArgumentException("a JSON array that does not end");
    }
    return text.charAt(at);
  }
}
