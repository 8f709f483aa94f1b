package io.tinyscale.config;

import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A valid pool file of any layout, made from a random source, and where its entries stand in it.
 */
final class RandomPool {

  private static final String[] NOTES = {
    "\"} ] , { \\\" \\\\\"",
    "1.50e+3",
    "-0",
    "null",
    "true",
    "{\"state\": \"disabled\", \"a\": [ {} , [] ]}",
    "[ \"}\" , { \"host\" : \"]\" } ]",
    "\"\\u00e9\\uD83D\\uDE00 \u00e9 \uD83D\uDE00\"",
    "\"\""
  };

  private final Random random;
  private final String indent;
  private final List<String> entries = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  /** Where each entry begins in the text. */
  private final List<Integer> starts = new ArrayList<>();

  private final String text;

  RandomPool(Random random, int size) {
    this.random = random;
    String line = pick("\n", "\r\n", "", " ");
    this.indent = line.isBlank() && !line.isEmpty() && random.nextBoolean() ? line + "  " : line;
    for (int i = 0; i < size; i++) {
      entries.add(entry(i));
    }
    StringBuilder file = new StringBuilder(pick("", "\uFEFF")).append(pick("", "\n ")).append('[');
    for (int i = 0; i < size; i++) {
      file.append(i == 0 ? blanks() : blanks() + "," + blanks());
      starts.add(file.length());
      file.append(entries.get(i));
    }
    this.text = file.append(blanks()).append(']').append(pick("", "\n", "\r\n\t")).toString();
  }

  String text() {
    return text;
  }

  String name(int entry) {
    return names.get(entry);
  }

  int start(int entry) {
    return starts.get(entry);
  }

  int end(int entry) {
    return starts.get(entry) + entries.get(entry).length();
  }

  List<String> entries() {
    return entries;
  }

  private String entry(int number) {
    String host = "bbb" + number + ".example.org";
    boolean hasName = random.nextBoolean();
    names.add(hasName ? "b" + number : host);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("host", text("https://" + host));
    fields.put("secret", text("a secret \u00e9\"\\/ of " + number));
    if (hasName) {
      fields.put("name", text("b" + number));
    }
    if (random.nextBoolean()) {
      fields.put("weight", Integer.toString(1 + random.nextInt(9)));
    }
    if (random.nextBoolean()) {
      fields.put("tags", "[" + blanks() + "\"gpu\"" + blanks() + "," + blanks() + "\"eu\" ]");
    }
    if (number > 0 && random.nextBoolean()) {
      fields.put("state", text(pick("cordoned", "disabled", "enabled")));
    }
    if (random.nextBoolean()) {
      fields.put("checksum", text("sha512"));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      fields.put("_note" + i, pick(NOTES));
    }
    List<String> order = new ArrayList<>(fields.keySet());
    Collections.shuffle(order, random);
    StringBuilder entry = new StringBuilder("{");
    for (String field : order) {
      entry.append(entry.length() == 1 ? blanks() : blanks() + "," + blanks());
      entry.append(key(field)).append(blanks()).append(':').append(blanks());
      entry.append(fields.get(field));
    }
    return entry.append(blanks()).append('}').toString();
  }

  /** A name of a field, now and then with a character escaped. */
  private String key(String field) {
    return random.nextInt(4) > 0
        ? "\"" + field + "\""
        : String.format("\"\\u%04x%s\"", (int) field.charAt(0), field.substring(1));
  }

  private static String text(String text) {
    return new JsonPrimitive(text).toString();
  }

  private String blanks() {
    return random.nextInt(3) == 0 ? pick("", " ", "\t", "\n\n ", indent) : indent;
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
