package io.tinyscale.admin;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object that a request brings: texts, numbers, truth values and lists of texts. Strict: a
 * field that nobody knows is refused, and no value is quoted in a refusal. Not thread-safe.
 */
final class JsonBody {

  /** A number as it is written. */
  private record Number(String text) {}

  /** Stands for {@code null}. */
  private static final Object NULL = new Object();

  private final Map<String, Object> values;
  private final List<String> errors = new ArrayList<>();

  private JsonBody(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Reads a body; an empty one is an empty object.
   *
   * @param known the fields that it may have
   */
  static JsonBody read(byte[] bytes, List<String> known) throws Refusal {
    Map<String, Object> values = new HashMap<>();
    List<String> errors = new ArrayList<>();
    if (bytes.length > 0) {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        read(text, values, errors);
      } catch (CharacterCodingException e) {
        errors.add("The body is not in UTF-8.");
      } catch (MalformedJsonException | EOFException | IllegalStateException e) {
        errors.add("The body is not a JSON object.");
      } catch (IOException e) {
        throw new IllegalStateException("a text in memory cannot be read", e);
      }
    }
    values.keySet().stream()
        .filter(name -> !known.contains(name))
        .sorted()
        .forEach(name -> errors.add(shown(name) + ": no such field here."));
    JsonBody body = new JsonBody(values);
    body.errors.addAll(errors);
    body.refuseErrors();
    return body;
  }

  /** A field that nobody knows comes from outside. */
  private static String shown(String name) {
    return name.matches("[A-Za-z0-9_.-]{1,40}") ? name : "a field";
  }

  private static void read(String text, Map<String, Object> values, List<String> errors)
      throws IOException {
    JsonReader json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (values.put(name, value(json)) != null) {
        errors.add(shown(name) + ": stands there twice.");
      }
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new MalformedJsonException("more than one value");
    }
  }

  private static Object value(JsonReader json) throws IOException {
    switch (json.peek()) {
      case STRING:
        return json.nextString();
      case NUMBER:
        return new Number(json.nextString());
      case BOOLEAN:
        return json.nextBoolean();
      case NULL:
        json.nextNull();
        return NULL;
      case BEGIN_ARRAY:
        List<Object> list = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
          if (json.peek() == JsonToken.STRING) {
            list.add(json.nextString());
          } else {
            json.skipValue();
            list.add(NULL);
          }
        }
        json.endArray();
        return list;
      default:
        json.skipValue();
        return new Object();
    }
  }

  /** Whether the field is there, be it null or not. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  boolean isNull(String name) {
    return values.get(name) == NULL;
  }

  /** A text; empty if it is missing or null. */
  Optional<String> text(String name) {
    return value(name, "a text", value -> value instanceof String text ? text : null);
  }

  /** A whole number from 0; empty if it is missing or null. */
  Optional<Integer> number(String name) {
    return value(
        name,
        "a whole number",
        value ->
            value instanceof Number number && number.text().matches("[0-9]{1,9}")
                ? Integer.valueOf(number.text())
                : null);
  }

  /** True if the field says so; false if it is missing or null. */
  boolean flag(String name) {
    return value(name, "true or false", value -> value instanceof Boolean flag ? flag : null)
        .orElse(false);
  }

  /** A list of texts; empty if it is missing or null. */
  Optional<List<String>> texts(String name) {
    return value(
        name,
        "a list of texts",
        value ->
            value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
                ? list.stream().map(String.class::cast).toList()
                : null);
  }

  /** A choice among words; empty if it is missing or null. */
  <T> Optional<T> choice(String name, Function<String, Optional<T>> named, String words) {
    return value(
        name, words, value -> value instanceof String text ? named.apply(text).orElse(null) : null);
  }

  private <T> Optional<T> value(
      String name, String expected, Function<Object, @Nullable T> parser) {
    Object value = values.get(name);
    if (value == null || value == NULL) {
      return Optional.empty();
    }
    T parsed = parser.apply(value);
    if (parsed == null) {
      wrong(name, expected);
    }
    return Optional.ofNullable(parsed);
  }

  /** Notes that a field must be there. */
  void require(String name) {
    if (!has(name) || isNull(name)) {
      errors.add(name + ": missing.");
    }
  }

  /** Notes what a field must be. */
  void wrong(String name, String expected) {
    errors.add(name + ": expected: " + expected + ".");
  }

  /** Ends the reading. */
  void refuseErrors() throws Refusal {
    if (!errors.isEmpty()) {
      throw new Refusal(Problem.invalidBody(errors));
    }
  }
}
