package io.tinyscale.it;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of JSON Schema that the description of the admin API uses. A keyword that it does not
 * know fails the check, so that none is passed over.
 */
final class JsonSchema {

  private static final Set<String> KNOWN =
      Set.of(
          "$ref",
          "additionalProperties",
          "anyOf",
          "const",
          "default",
          "description",
          "enum",
          "format",
          "items",
          "maxLength",
          "maximum",
          "minLength",
          "minimum",
          "pattern",
          "properties",
          "required",
          "type");

  private final JsonObject document;
  private final List<String> errors = new ArrayList<>();

  private JsonSchema(JsonObject document) {
    this.document = document;
  }

  /** What is wrong with a value by a schema of a document. */
  static List<String> errors(JsonObject document, JsonObject schema, JsonElement value) {
    JsonSchema check = new JsonSchema(document);
    check.check(schema, value, "$");
    return check.errors;
  }

  /** What a reference in the document leads to; the object itself if it is none. */
  static JsonObject resolved(JsonObject document, JsonObject object) {
    if (!object.has("$ref")) {
      return object;
    }
    JsonElement there = document;
    for (String part : object.get("$ref").getAsString().substring(2).split("/")) {
      there = there.getAsJsonObject().get(part);
    }
    return there.getAsJsonObject();
  }

  private void wrong(String place, String expected) {
    errors.add(place + ": expected " + expected);
  }

  private void check(JsonObject given, JsonElement value, String place) {
    JsonObject schema = resolved(document, given);
    if (!KNOWN.containsAll(schema.keySet())) {
      wrong(place, "a schema with known keywords, not " + schema.keySet());
    }
    if (schema.has("anyOf") && !matchesAny(schema.getAsJsonArray("anyOf"), value)) {
      wrong(place, "one of " + schema.get("anyOf"));
    }
    if (schema.has("type") && !hasType(schema.get("type"), value)) {
      wrong(place, "the type " + schema.get("type") + ", not " + value);
      return;
    }
    if (schema.has("enum") && !schema.getAsJsonArray("enum").contains(value)) {
      wrong(place, "one of " + schema.get("enum") + ", not " + value);
    }
    if (schema.has("const") && !schema.get("const").equals(value)) {
      wrong(place, schema.get("const").toString());
    }
    if (value.isJsonObject()) {
      object(schema, value.getAsJsonObject(), place);
    } else if (value.isJsonArray() && schema.has("items")) {
      int index = 0;
      for (JsonElement item : value.getAsJsonArray()) {
        check(schema.getAsJsonObject("items"), item, place + "[" + index++ + "]");
      }
    } else if (value.isJsonPrimitive()) {
      primitive(schema, value, place);
    }
  }

  private boolean matchesAny(JsonArray schemas, JsonElement value) {
    for (JsonElement schema : schemas) {
      if (errors(document, schema.getAsJsonObject(), value).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void object(JsonObject schema, JsonObject value, String place) {
    JsonObject properties =
        schema.has("properties") ? schema.getAsJsonObject("properties") : new JsonObject();
    if (schema.has("required")) {
      for (JsonElement name : schema.getAsJsonArray("required")) {
        if (!value.has(name.getAsString())) {
          wrong(place, "a member " + name);
        }
      }
    }
    JsonElement others = schema.get("additionalProperties");
    for (Map.Entry<String, JsonElement> member : value.entrySet()) {
      String at = place + "." + member.getKey();
      if (properties.has(member.getKey())) {
        check(properties.getAsJsonObject(member.getKey()), member.getValue(), at);
      } else if (others != null && others.isJsonObject()) {
        check(others.getAsJsonObject(), member.getValue(), at);
      } else if (others != null && !others.getAsBoolean()) {
        wrong(at, "no such member");
      }
    }
  }

  private void primitive(JsonObject schema, JsonElement value, String place) {
    boolean isNumber = value.getAsJsonPrimitive().isNumber();
    String text = value.getAsString();
    if (isNumber && schema.has("minimum") && value.getAsLong() < schema.get("minimum").getAsLong()
        || isNumber
            && schema.has("maximum")
            && value.getAsLong() > schema.get("maximum").getAsLong()) {
      wrong(place, "a number within its bounds, not " + value);
    }
    if (schema.has("pattern") && !text.matches(".*" + schema.get("pattern").getAsString() + ".*")) {
      wrong(place, schema.get("pattern").getAsString());
    }
    if (schema.has("minLength") && text.length() < schema.get("minLength").getAsInt()
        || schema.has("maxLength") && text.length() > schema.get("maxLength").getAsInt()) {
      wrong(place, "a text of the right length");
    }
    if (schema.has("format") && !isTime(text)) {
      wrong(place, "a time, not " + value);
    }
  }

  private static boolean isTime(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean hasType(JsonElement type, JsonElement value) {
    if (type.isJsonArray()) {
      for (JsonElement each : type.getAsJsonArray()) {
        if (hasType(each, value)) {
          return true;
        }
      }
      return false;
    }
    boolean isPrimitive = value.isJsonPrimitive();
    return switch (type.getAsString()) {
      case "null" -> value.isJsonNull();
      case "object" -> value.isJsonObject();
      case "array" -> value.isJsonArray();
      case "string" -> isPrimitive && value.getAsJsonPrimitive().isString();
      case "boolean" -> isPrimitive && value.getAsJsonPrimitive().isBoolean();
      case "integer" ->
          isPrimitive
              && value.getAsJsonPrimitive().isNumber()
              && value.getAsString().matches("-?[0-9]+");
      default -> false;
    };
  }
}
