package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One call of the API with its parameters.
 *
 * @param call what follows {@code api/} in the path
 * @param url the parameters of the URL
 * @param form the parameters of a form body; empty for any other body
 */
record ApiRequest(HttpRequest http, String call, Query url, Query form) {
  private static final int MAX_FORM = 2 * 1024 * 1024;

  /** Reads the parameters of the URL and of a form body. Any other body is left to the call. */
  static ApiRequest of(HttpRequest http, String call) throws IOException {
    boolean hasForm =
        http.head().method().equals("POST")
            && http.head().mediaType().equals("application/x-www-form-urlencoded");
    return new ApiRequest(
        http, call, Query.parse(http.rawQuery()), hasForm ? readForm(http) : Query.EMPTY);
  }

  /** A form larger than a servlet container accepts counts as empty. */
  private static Query readForm(HttpRequest http) throws IOException {
    byte[] bytes = http.body().readNBytes(MAX_FORM + 1);
    return bytes.length > MAX_FORM
        ? Query.EMPTY
        : Query.parse(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** All parameters; those of the URL come first. */
  Query parameters() {
    return url.and(form);
  }

  /** The first value of a parameter without surrounding blanks and control characters. */
  Optional<String> parameter(String name) {
    return url.first(name).or(() -> form.first(name)).map(ApiRequest::clean);
  }

  /** The parameter's value, if it is given and not empty. */
  Optional<String> filled(String name) {
    return parameter(name).filter(value -> !value.isEmpty());
  }

  boolean isTrue(String name) {
    return parameter(name).filter("true"::equalsIgnoreCase).isPresent();
  }

  boolean isFalse(String name) {
    return parameter(name).filter("false"::equalsIgnoreCase).isPresent();
  }

  private static String clean(String value) {
    return value.replaceAll("\\p{Cntrl}", "").strip();
  }

  /** Whether the caller wants failures of the meeting calls in JSON. */
  boolean prefersJson() {
    return http.head().header("Accept").filter(a -> a.contains("application/json")).isPresent();
  }
}
