package io.tinyscale.config;

import io.tinyscale.config.JsonScanner.Element;
import io.tinyscale.config.JsonScanner.Member;
import io.tinyscale.config.JsonScanner.Span;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The text of a JSON array of objects, changed member by member: every character outside the member
 * or the object that changes stays as it is. New text takes the layout of what stands beside it.
 * Relies on text that a strict reader has accepted: without a comment, and with no field twice in
 * one object. Immutable.
 */
final class JsonSplice {

  private final String text;

  /** Where the array's bracket opens. */
  private final int start;

  private final List<Element> elements;

  /** A member of a new object. */
  record Field(String name, String json) {}

  /**
   * This text; a byte order mark may stand before it.
   *
   * @throws IllegalArgumentException if it is no JSON array of objects
   */
  JsonSplice(String text) {
    JsonScanner scanner = new JsonScanner(text);
    this.text = text;
    this.start = scanner.openArray();
    this.elements = scanner.objects();
  }

  /** A new array with one object in it. */
  static JsonSplice of(List<Field> fields) {
    return new JsonSplice(
        fields.stream()
            .map(field -> quoted(field.name()) + ": " + field.json())
            .collect(Collectors.joining(", ", "[\n  {", "}\n]\n")));
  }

  /** How many objects there are. */
  int size() {
    return elements.size();
  }

  /** The text. */
  String text() {
    return text;
  }

  /** Whether the objects have a blank between a name's colon and its value. */
  boolean isAiry() {
    return elements.isEmpty() || !colon(elements.get(elements.size() - 1)).equals(":");
  }

  /**
   * The text with another value of a field, or with that field behind the others.
   *
   * @param index of the object, from 0
   * @param json the value
   */
  JsonSplice set(int index, String field, String json) {
    Element object = elements.get(index);
    OptionalInt known = object.indexOf(field);
    if (known.isPresent()) {
      return with(object.members().get(known.getAsInt()).value(), json);
    }
    String member = quoted(field) + colon(object) + json;
    if (object.members().isEmpty()) {
      return with(new Span(object.span().from() + 1, object.span().to() - 1), member);
    }
    int end = object.last().value().to();
    return with(new Span(end, end), separator(object) + member);
  }

  /** The text without a field of an object; the same if the object does not have it. */
  JsonSplice remove(int index, String field) {
    Element object = elements.get(index);
    OptionalInt known = object.indexOf(field);
    if (known.isEmpty()) {
      return this;
    }
    List<Member> members = object.members();
    int place = known.getAsInt();
    Member member = members.get(place);
    if (place > 0) {
      return with(new Span(members.get(place - 1).value().to(), member.value().to()), "");
    }
    int end = members.size() > 1 ? members.get(1).key().from() : member.value().to();
    return with(new Span(member.key().from(), end), "");
  }

  /** The text with one object more, behind the others and in the layout of the last one. */
  JsonSplice append(List<Field> fields) {
    if (elements.isEmpty()) {
      throw new IllegalStateException("no object whose layout the new one could take");
    }
    Element last = elements.get(elements.size() - 1);
    StringBuilder object = new StringBuilder(between()).append('{');
    object.append(opening(last));
    String colon = colon(last);
    String separator = firstSeparator(last);
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      object.append(i == 0 ? "" : separator).append(quoted(field.name())).append(colon);
      object.append(field.json());
    }
    object.append(closing(last)).append('}');
    return with(new Span(last.span().to(), last.span().to()), object.toString());
  }

  /** The text without an object and without its comma. */
  JsonSplice removeObject(int index) {
    Span object = elements.get(index).span();
    if (index > 0) {
      return with(new Span(elements.get(index - 1).span().to(), object.to()), "");
    }
    int end = elements.size() > 1 ? elements.get(1).span().from() : object.to();
    return with(new Span(object.from(), end), "");
  }

  private JsonSplice with(Span span, String replacement) {
    return new JsonSplice(text.substring(0, span.from()) + replacement + text.substring(span.to()));
  }

  /** What stands between the last two members, or before a second one. */
  private String separator(Element object) {
    List<Member> members = object.members();
    if (members.size() == 1) {
      return "," + text.substring(object.span().from() + 1, members.get(0).key().from());
    }
    return text.substring(members.get(members.size() - 2).value().to(), object.last().key().from());
  }

  private String firstSeparator(Element object) {
    List<Member> members = object.members();
    return members.size() < 2
        ? ", "
        : text.substring(members.get(0).value().to(), members.get(1).key().from());
  }

  private String opening(Element object) {
    return object.members().isEmpty()
        ? ""
        : text.substring(object.span().from() + 1, object.members().get(0).key().from());
  }

  private String closing(Element object) {
    return object.members().isEmpty()
        ? ""
        : text.substring(object.last().value().to(), object.span().to() - 1);
  }

  private String colon(Element object) {
    if (object.members().isEmpty()) {
      return ": ";
    }
    Member first = object.members().get(0);
    return text.substring(first.key().to(), first.value().from());
  }

  /** What stands between the last two objects, or before a second one. */
  private String between() {
    int size = elements.size();
    return size == 1
        ? "," + text.substring(start + 1, elements.get(0).span().from())
        : text.substring(elements.get(size - 2).span().to(), elements.get(size - 1).span().from());
  }

  private static String quoted(String name) {
    return JsonText.of(name);
  }
}
