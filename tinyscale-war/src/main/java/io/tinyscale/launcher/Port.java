package io.tinyscale.launcher;

import io.tinyscale.config.ConfigException.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The port to listen on: {@code --port}, else {@code PORT} in the environment, else 3005. */
final class Port {

  private static final int DEFAULT = 3005;
  private static final int HIGHEST = 65535;

  private Port() {}

  /** The port; the default and a problem more if what was given is none. */
  static int read(Arguments options, Map<String, String> environment, List<Problem> problems) {
    String key = options.listen.port == null ? "PORT" : "--port";
    return Optional.ofNullable(options.listen.port)
        .or(() -> Optional.ofNullable(environment.get("PORT")))
        .map(text -> parse(key, text.strip(), problems))
        .orElse(DEFAULT);
  }

  private static int parse(String key, String text, List<Problem> problems) {
    if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= HIGHEST) {
      return Integer.parseInt(text);
    }
    problems.add(
        Problem.of(
            key,
            text.isEmpty() ? "empty" : text,
            "a port from 1 to " + HIGHEST + ", or 0 for a free one",
            "Correct it, or remove it for the default, " + DEFAULT + "."));
    return DEFAULT;
  }
}
