package io.tinyscale.config;

import com.google.gson.JsonPrimitive;
import java.util.Collection;
import java.util.stream.Collectors;

/** Values as JSON text. */
final class JsonText {

  private JsonText() {}

  /** A text in quotes, with what must be escaped escaped. */
  static String of(String text) {
    return new JsonPrimitive(text).toString();
  }

  /** An array of texts. */
  static String of(Collection<String> texts, boolean airy) {
    return texts.stream()
        .map(JsonText::of)
        .collect(Collectors.joining(airy ? ", " : ",", "[", "]"));
  }
}
