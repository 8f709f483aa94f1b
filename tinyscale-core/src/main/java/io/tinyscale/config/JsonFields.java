package io.tinyscale.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tinyscale.bbb.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, read by type. A wrong value is noted as a problem of the file and
 * reads as if the field were missing, so that one reading finds all problems. No problem shows a
 * secret, nor a value of a wrong type, which may be a secret in the wrong place. Not thread-safe.
 */
final class JsonFields {

  private static final String NOTE = "_";

  private final JsonFile file;
  private final String position;
  private final Map<String, JsonElement> fields;
  private final Set<String> asked = new LinkedHashSet<>();

  JsonFields(JsonFile file, String position, Map<String, JsonElement> fields) {
    this.file = file;
    this.position = position;
    this.fields = fields;
  }

  /** Where the object stands in the file, such as {@code servers[2]}. */
  String position() {
    return position;
  }

  /** Whether the field is there, with whatever value. */
  boolean has(String field) {
    return fields.containsKey(field);
  }

  /** A text that is not blank. */
  Optional<String> text(String field) {
    @Nullable JsonElement element = element(field);
    if (element == null) {
      return Optional.empty();
    }
    if (!isText(element)) {
      wrong(field, kindOf(element), "a text in quotes", "Put it into quotes, or remove it.");
      return Optional.empty();
    }
    if (element.getAsString().isBlank()) {
      wrong(field, "empty", "a text", "Fill it in, or remove it.");
      return Optional.empty();
    }
    return Optional.of(element.getAsString());
  }

  /** Like {@link #text}, but a missing field is a problem. */
  Optional<String> requiredText(String field, String expected, String fix) {
    Optional<String> text = text(field);
    if (!fields.containsKey(field)) {
      wrong(field, "missing", expected, fix);
    }
    return text;
  }

  /**
   * A text with a meaning of its own.
   *
   * @param choices all such texts, for the message
   */
  <T> Optional<T> choice(String field, Function<String, Optional<T>> named, String choices) {
    Optional<String> text = text(field);
    Optional<T> choice = text.flatMap(named);
    if (text.isPresent() && choice.isEmpty()) {
      wrong(field, text.get(), choices, "Choose one of these, or remove it.");
    }
    return choice;
  }

  /** A whole number from {@code least} to {@code most}. */
  int number(String field, int least, int most, int fallback) {
    @Nullable JsonElement element = element(field);
    if (element == null) {
      return fallback;
    }
    String expected = "a whole number from " + least + " to " + most;
    if (!(element instanceof JsonPrimitive number && number.isNumber())) {
      String example = "\"" + field + "\": " + Math.min(most, least + 1);
      wrong(field, kindOf(element), expected, "Write a number, such as " + example + ".");
      return fallback;
    }
    String digits = element.getAsString();
    if (digits.matches("[0-9]{1,9}")) {
      int value = Integer.parseInt(digits);
      if (value >= least && value <= most) {
        return value;
      }
    }
    wrong(field, digits, expected, "Correct it, or remove it for the default, " + fallback + ".");
    return fallback;
  }

  /** A point in time with its offset from UTC, such as {@code 2026-11-25T22:00:00Z}. */
  Optional<Instant> instant(String field) {
    Optional<String> text = text(field);
    try {
      return text.map(time -> OffsetDateTime.parse(time).toInstant());
    } catch (DateTimeException e) {
      wrong(
          field,
          text.get(),
          "a date with time and offset, such as 2026-11-25T22:00:00Z",
          "Correct it, or remove it.");
      return Optional.empty();
    }
  }

  /** True or false; false if it is missing. */
  boolean flag(String field) {
    @Nullable JsonElement element = element(field);
    if (element == null) {
      return false;
    }
    if (element instanceof JsonPrimitive flag && flag.isBoolean()) {
      return flag.getAsBoolean();
    }
    wrong(field, kindOf(element), "true or false", "Write true or false without quotes.");
    return false;
  }

  /** The fields of an object within this one. */
  Optional<JsonFields> object(String field) {
    @Nullable JsonElement element = element(field);
    if (element == null) {
      return Optional.empty();
    }
    if (!element.isJsonObject()) {
      wrong(field, kindOf(element), "an object", "Put { and } around it, or remove it.");
      return Optional.empty();
    }
    return Optional.of(
        new JsonFields(file, position + "." + field, element.getAsJsonObject().asMap()));
  }

  /**
   * An array of texts that are not blank; empty if there is none.
   *
   * @param allowed which of such texts it may hold
   * @param words what they are, for the message
   */
  List<String> texts(String field, Predicate<String> allowed, String words) {
    @Nullable JsonElement element = element(field);
    if (element == null) {
      return List.of();
    }
    String expected = "an array of texts that are not blank";
    if (!element.isJsonArray()) {
      wrong(field, kindOf(element), expected, "Write \"" + field + "\": [\"...\"].");
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    int index = 0;
    for (JsonElement text : element.getAsJsonArray()) {
      String place = field + "[" + index++ + "]";
      if (!isText(text)) {
        wrong(place, kindOf(text), expected, "Put it into quotes.");
      } else if (text.getAsString().isBlank()) {
        wrong(place, "empty", expected, "Remove it.");
      } else if (!allowed.test(text.getAsString())) {
        wrong(place, text.getAsString(), words, "Correct it, or remove it.");
      } else {
        texts.add(text.getAsString());
      }
    }
    return texts;
  }

  /**
   * A secret, which must be there.
   *
   * @param source a sentence that says where to find it
   */
  Optional<Secret> secret(String field, String source) {
    @Nullable JsonElement element = element(field);
    if (element == null || element.isJsonNull()) {
      wrong(field, "missing", "", source);
    } else if (!isText(element)) {
      wrong(field, kindOf(element), "a text in quotes", source);
    } else if (element.getAsString().isBlank()) {
      wrong(field, "empty", "", source);
    } else if (!SecretText.isClean(element.getAsString())) {
      wrong(
          field,
          SecretText.HIDDEN,
          SecretText.EXPECTED + ", no blanks around them",
          SecretText.FIX);
    } else {
      return Optional.of(Secret.of(element.getAsString()));
    }
    return Optional.empty();
  }

  /**
   * Notes every field that nothing has asked for, and names the field that was meant. A name that
   * begins with {@code _} is a note of the operator and always allowed.
   */
  void refuseUnknownFields() {
    for (String field : fields.keySet()) {
      if (!asked.contains(field) && !field.startsWith(NOTE)) {
        // The value stays out: it may be a secret under a mistyped name.
        wrong(
            field,
            "unknown field",
            "",
            Spelling.nearest(field, asked)
                .filter(meant -> !fields.containsKey(meant))
                .map(meant -> "Did you mean " + meant + "?")
                .orElse("Remove it, or put _ in front of its name to keep it as a note."));
      }
    }
  }

  /** Notes a problem with a field. */
  void wrong(String field, String value, String expected, String fix) {
    file.problem(position + "." + field, value, expected, fix);
  }

  private @Nullable JsonElement element(String field) {
    asked.add(field);
    return fields.get(field);
  }

  private static boolean isText(JsonElement element) {
    return element instanceof JsonPrimitive primitive && primitive.isString();
  }

  /** The type of a value, never its content. */
  static String kindOf(JsonElement element) {
    if (element.isJsonNull()) {
      return "null";
    }
    if (element instanceof JsonPrimitive primitive) {
      return primitive.isString() ? "a text" : primitive.isNumber() ? "a number" : "true or false";
    }
    return element.isJsonArray() ? "an array" : "an object";
  }
}
