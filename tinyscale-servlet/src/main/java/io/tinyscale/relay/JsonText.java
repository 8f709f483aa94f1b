package io.tinyscale.relay;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object whose bytes must stay as they are, but for single members. Holds nothing but the
 * bytes and its top level's short members; however long it is, no tree is made of it.
 */
final class JsonText {

  private final byte[] bytes;
  private final Map<String, Object> members;

  private JsonText(byte[] bytes, Map<String, Object> members) {
    this.bytes = bytes;
    this.members = members;
  }

  /**
   * Reads an object.
   *
   * @param names the members that matter
   * @return empty if it is not one JSON object, or has one of the members twice
   */
  static Optional<JsonText> of(byte[] bytes, String... names) {
    Map<String, Object> members = new HashMap<>();
    try (JsonReader reader =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
      reader.setStrictness(Strictness.STRICT);
      reader.beginObject();
      while (reader.hasNext()) {
        if (!read(reader, members, names)) {
          return Optional.empty();
        }
      }
      reader.endObject();
      return reader.peek() == JsonToken.END_DOCUMENT
          ? Optional.of(new JsonText(bytes, members))
          : Optional.empty();
    } catch (IOException | IllegalStateException | NumberFormatException notJson) {
      return Optional.empty();
    }
  }

  /** Reads one member; false if it was there before. */
  private static boolean read(JsonReader reader, Map<String, Object> members, String[] names)
      throws IOException {
    String name = reader.nextName();
    boolean matters = false;
    for (String wanted : names) {
      matters |= wanted.equals(name);
    }
    if (!matters) {
      reader.skipValue();
      return true;
    }
    Object value;
    switch (reader.peek()) {
      case STRING -> value = reader.nextString();
      case NUMBER -> value = reader.nextDouble();
      default -> {
        reader.skipValue();
        value = Boolean.FALSE;
      }
    }
    return members.put(name, value) == null;
  }

  /** A member that is a string. */
  Optional<String> string(String name) {
    return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** A member that is a number. */
  Optional<Double> number(String name) {
    return members.get(name) instanceof Double number ? Optional.of(number) : Optional.empty();
  }

  /**
   * The bytes with another text for a member that is a string; every other byte is the same.
   *
   * @param name a member that {@link #string} has
   */
  byte[] with(String name, String text) {
    if (text.equals(members.get(name))) {
      return bytes;
    }
    byte[] value = new JsonPrimitive(text).toString().getBytes(StandardCharsets.UTF_8);
    int start = valueOf(name);
    int end = stringEnd(start);
    byte[] changed = new byte[bytes.length - (end - start) + value.length];
    System.arraycopy(bytes, 0, changed, 0, start);
    System.arraycopy(value, 0, changed, start, value.length);
    System.arraycopy(bytes, end, changed, start + value.length, bytes.length - end);
    return changed;
  }

  /** Where the value of a member of the top level begins: only keys have a colon behind them. */
  private int valueOf(String name) {
    int depth = 0;
    for (int i = 0; i < bytes.length; i++) {
      switch (bytes[i]) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> {
          int end = stringEnd(i);
          int next = skipBlanks(end);
          if (depth == 1 && next < bytes.length && bytes[next] == ':' && isString(i, end, name)) {
            return skipBlanks(next + 1);
          }
          i = end - 1;
        }
        default -> {}
      }
    }
    throw new IllegalStateException("no member " + name);
  }

  private boolean isString(int start, int end, String text) {
    String raw = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    try {
      return JsonParser.parseString(raw).getAsString().equals(text);
    } catch (JsonParseException never) {
      throw new IllegalStateException(never);
    }
  }

  /** Behind the quotation mark that ends the string that begins here. */
  private int stringEnd(int start) {
    int i = start + 1;
    while (bytes[i] != '"') {
      i += bytes[i] == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  private int skipBlanks(int start) {
    int i = start;
    while (i < bytes.length && bytes[i] <= ' ' && bytes[i] >= 0) {
      i++;
    }
    return i;
  }
}
