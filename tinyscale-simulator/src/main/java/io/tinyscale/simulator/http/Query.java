package io.tinyscale.simulator.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Parameters in the given order, decoded as a servlet container decodes them. */
public record Query(List<Parameter> parameters) {
  public static final Query EMPTY = new Query(List.of());

  /** A name and a value; a name may occur several times. */
  public record Parameter(String name, String value) {}

  /** Reads a raw query or form body; names are trimmed as BBB does. */
  public static Query parse(String raw) {
    if (raw.isEmpty()) {
      return EMPTY;
    }
    List<Parameter> parameters = new ArrayList<>();
    for (String part : raw.split("&")) {
      int equals = part.indexOf('=');
      String name = decode(equals < 0 ? part : part.substring(0, equals)).strip();
      if (!name.isEmpty()) {
        parameters.add(new Parameter(name, equals < 0 ? "" : decode(part.substring(equals + 1))));
      }
    }
    return new Query(parameters);
  }

  /**
   * Decodes percent escapes as UTF-8 and {@code +} as a space. A malformed escape is left
   * unchanged.
   */
  static String decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%' && i + 2 < raw.length() && hex(raw, i + 1) >= 0 && hex(raw, i + 2) >= 0) {
        bytes.write(hex(raw, i + 1) * 16 + hex(raw, i + 2));
        i += 2;
      } else if (c == '+') {
        bytes.write(' ');
      } else if (c < 256) {
        bytes.write(c);
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Decodes a text that has been decoded once and may contain any character. */
  public static String decodeAgain(String text) {
    return decode(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  private static int hex(String raw, int index) {
    return Character.digit(raw.charAt(index), 16);
  }

  /** The first value of that name; the servers ignore further values. */
  public Optional<String> first(String name) {
    return all(name).findFirst();
  }

  public Stream<String> all(String name) {
    return parameters.stream().filter(p -> p.name().equals(name)).map(Parameter::value);
  }

  /** These parameters followed by others. */
  public Query and(Query others) {
    if (others.parameters.isEmpty()) {
      return this;
    }
    return new Query(Stream.concat(parameters.stream(), others.parameters.stream()).toList());
  }
}
