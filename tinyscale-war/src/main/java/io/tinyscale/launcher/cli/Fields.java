package io.tinyscale.launcher.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An object of an answer. What is missing, or of another kind than asked for, is absent. */
record Fields(JsonObject json) {

  static final Fields NONE = new Fields(new JsonObject());

  /** What could move the cursor of a terminal, or turn the direction of its text. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

  /** The same text, safe for a terminal. */
  static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("\uFFFD");
  }

  private Optional<JsonElement> member(String name) {
    return Optional.ofNullable(json.get(name)).filter(element -> !element.isJsonNull());
  }

  /** The text as it came, to be sent back; empty if absent. */
  String raw(String name) {
    return member(name)
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString)
        .orElse("");
  }

  /** The text, safe for a terminal; empty if absent. */
  String text(String name) {
    return printable(raw(name));
  }

  Optional<Long> number(String name) {
    try {
      return member(name)
          .filter(element -> element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber())
          .map(element -> Math.round(element.getAsDouble()));
    } catch (NumberFormatException hostile) {
      return Optional.empty();
    }
  }

  long number(String name, long otherwise) {
    return number(name).orElse(otherwise);
  }

  boolean flag(String name) {
    return raw(name).equals("true");
  }

  Optional<Instant> time(String name) {
    try {
      return member(name).map(element -> Instant.parse(raw(name)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  boolean has(String name) {
    return member(name).isPresent();
  }

  /** The object in this one; an empty one if absent. */
  Fields object(String name) {
    return member(name)
        .filter(JsonElement::isJsonObject)
        .map(element -> new Fields(element.getAsJsonObject()))
        .orElse(NONE);
  }

  List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    for (JsonElement element : elements(name)) {
      if (element.isJsonObject()) {
        objects.add(new Fields(element.getAsJsonObject()));
      }
    }
    return objects;
  }

  /** The texts of a list, safe for a terminal. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : elements(name)) {
      if (element.isJsonPrimitive()) {
        texts.add(printable(element.getAsString()));
      }
    }
    return texts;
  }

  private Iterable<JsonElement> elements(String name) {
    Optional<JsonElement> list = member(name).filter(JsonElement::isJsonArray);
    return list.isPresent() ? list.get().getAsJsonArray() : List.of();
  }
}
