package io.tinyscale.admin;

import io.tinyscale.config.AdminScope;
import io.tinyscale.http.HttpAnswer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One method of one path of the admin API.
 *
 * @param path below {@code /api/v1}; its one variable part is <code>{name}</code> or <code>{id}
 *     </code>
 * @param scope what the caller's token must allow
 */
record Operation(String method, String path, AdminScope scope, Handler handler) {

  private static final Pattern VARIABLE = Pattern.compile("\\{[a-z]+}");

  /** Fulfils the requests of an operation. */
  interface Handler {
    /** Must not block. */
    CompletionStage<HttpAnswer> handle(AdminRequest request) throws Refusal;
  }

  /** What stands in a path for the variable part; empty if the path is another one. */
  Optional<String> variableOf(String rawPath) {
    Matcher variable = VARIABLE.matcher(path);
    if (!variable.find()) {
      return rawPath.equals(path) ? Optional.of("") : Optional.empty();
    }
    String before = path.substring(0, variable.start());
    String after = path.substring(variable.end());
    if (rawPath.length() <= before.length() + after.length()
        || !rawPath.startsWith(before)
        || !rawPath.endsWith(after)) {
      return Optional.empty();
    }
    String part = rawPath.substring(before.length(), rawPath.length() - after.length());
    // Names need no escapes: what has some is no name.
    return part.matches("[A-Za-z0-9._-]+") ? Optional.of(part) : Optional.empty();
  }

  /** Whether the operation changes anything, for what browsers send by themselves. */
  boolean changes() {
    return !method.equals("GET");
  }
}
