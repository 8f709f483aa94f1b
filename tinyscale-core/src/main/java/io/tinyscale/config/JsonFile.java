package io.tinyscale.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.tinyscale.config.ConfigException.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a JSON file that an operator keeps: an array of objects. Strict; gathers all
 * problems before it gives up. No message quotes the file. Not thread-safe.
 */
final class JsonFile {

  private static final Pattern POSITION = Pattern.compile("at line (\\d+) column (\\d+)");

  private final String file;
  private final Shape shape;
  private final List<Problem> problems = new ArrayList<>();

  /** The line of each object and field, by its position such as {@code servers[2].secret}. */
  private final Map<String, Integer> lines = new HashMap<>();

  /**
   * What messages call the parts of a file.
   *
   * @param things the objects, such as {@code servers}
   * @param thing one of them, such as {@code server}
   * @param required the fields that each object must have, such as {@code host} and {@code secret}
   */
  record Shape(String things, String thing, List<String> required) {

    private String object() {
      return "with " + String.join(" and ", required);
    }

    private String example() {
      return required.stream()
          .map(field -> "\"" + field + "\": ...")
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }

  /**
   * A reading that has read nothing yet.
   *
   * @param file what messages call the file
   */
  JsonFile(String file, Shape shape) {
    this.file = file;
    this.shape = shape;
  }

  /**
   * Reads the objects of the array in their order.
   *
   * @param reader makes something of the fields of each object
   */
  <T> List<T> objects(String text, Function<JsonFields, T> reader) {
    List<T> objects = new ArrayList<>();
    try {
      JsonReader json = new JsonReader(new StringReader(text));
      json.setStrictness(Strictness.STRICT);
      readArray(json, fields -> objects.add(reader.apply(fields)));
    } catch (IOException | JsonParseException e) {
      // Only the position: the rest of the message would quote the file.
      Matcher position = POSITION.matcher(String.valueOf(e.getMessage()));
      problem(
          shape.things(),
          position.find()
              ? "broken JSON at line " + position.group(1) + ", column " + position.group(2)
              : "broken JSON",
          "a JSON array of objects " + shape.object(),
          "Correct it there: often a comma or a quote is missing, or one comma is too many.");
    }
    return objects;
  }

  private void readArray(JsonReader json, Consumer<JsonFields> reader) throws IOException {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      problem(
          shape.things(),
          JsonFields.kindOf(JsonParser.parseReader(json)),
          "an array of objects " + shape.object(),
          "Put [ and ] around the " + shape.things() + ".");
      return;
    }
    json.beginArray();
    int index = 0;
    for (; json.hasNext(); index++) {
      readObject(json, shape.things() + "[" + index + "]", reader);
    }
    json.endArray();
    if (index == 0) {
      problem(
          shape.things(),
          "empty array",
          "at least one " + shape.thing(),
          "Add " + shape.example() + ".");
    }
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new IllegalStateException("a strict reader throws if anything follows the array");
    }
  }

  private void readObject(JsonReader json, String position, Consumer<JsonFields> reader)
      throws IOException {
    JsonToken first = json.peek();
    noteLine(position, json);
    if (first != JsonToken.BEGIN_OBJECT) {
      problem(
          position,
          JsonFields.kindOf(JsonParser.parseReader(json)),
          "an object " + shape.object(),
          "Write " + shape.example() + ".");
      return;
    }
    Map<String, JsonElement> fields = new LinkedHashMap<>();
    json.beginObject();
    while (json.hasNext()) {
      String field = json.nextName();
      noteLine(position + "." + field, json);
      @Nullable JsonElement earlier = fields.put(field, JsonParser.parseReader(json));
      if (earlier != null) {
        problem(position + "." + field, "given twice", "every field once", "Remove one of them.");
      }
    }
    json.endObject();
    reader.accept(new JsonFields(this, position, fields));
  }

  /** Gson tells the line in the text of its reader alone. */
  private void noteLine(String position, JsonReader json) {
    Matcher here = POSITION.matcher(json.toString());
    if (here.find()) {
      lines.put(position, Integer.valueOf(here.group(1)));
    }
  }

  /** The warning of a server's secret that can be guessed. */
  String shortSecret(String position) {
    return SecretText.shortIn(
        position,
        placeOf(position),
        "Change the secret of the server with `bbb-conf --setsecret`.");
  }

  /** Notes a problem at a position such as {@code servers[2].secret}, with its line if known. */
  void problem(String position, String value, String expected, String fix) {
    problems.add(new Problem(position, value, placeOf(position), expected, fix));
  }

  private String placeOf(String position) {
    return lineOf(position).map(line -> file + ", line " + line).orElse(file);
  }

  /** The line of a field; that of its object if the field is missing. */
  private Optional<Integer> lineOf(String position) {
    String part = position;
    while (!lines.containsKey(part)) {
      int end = Math.max(part.lastIndexOf('.'), part.lastIndexOf('['));
      if (end < 0) {
        return Optional.empty();
      }
      part = part.substring(0, end);
    }
    return Optional.of(lines.get(part));
  }

  /** All problems so far. */
  List<Problem> problems() {
    return problems;
  }
}
