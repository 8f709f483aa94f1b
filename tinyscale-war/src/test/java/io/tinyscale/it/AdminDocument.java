package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyscale.it.AdminCaller.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The description of the admin API, and what it says of answers. */
final class AdminDocument {

  /** A method of a path, and the scope that it needs; a hyphen if it needs none. */
  record Described(String method, String path, String scope) {}

  private final JsonObject document;

  /** Reads the description that a door serves. */
  AdminDocument(AdminCaller caller) {
    document = caller.get("/openapi.json").json();
  }

  /** All operations. */
  List<Described> operations() {
    List<Described> operations = new ArrayList<>();
    for (Map.Entry<String, JsonElement> path : document.getAsJsonObject("paths").entrySet()) {
      for (Map.Entry<String, JsonElement> method : path.getValue().getAsJsonObject().entrySet()) {
        operations.add(
            new Described(
                method.getKey().toUpperCase(Locale.ROOT),
                path.getKey(),
                method.getValue().getAsJsonObject().get("x-scope").getAsString()));
      }
    }
    return operations;
  }

  /** Fails unless the answer is one that the description allows. */
  void assertDescribes(Answer answer) {
    JsonObject operation = operation(answer);
    if (operation == null) {
      assertThat(answer.status()).as("%s", answer).isIn(403, 404, 405);
      return;
    }
    JsonObject responses = operation.getAsJsonObject("responses");
    String status = Integer.toString(answer.status());
    assertThat(responses.keySet()).as("%s %s", answer.method(), answer.path()).contains(status);
    JsonObject response = JsonSchema.resolved(document, responses.getAsJsonObject(status));
    if (!response.has("content")) {
      assertThat(answer.text()).isEmpty();
      return;
    }
    String type = answer.http().headers().firstValue("Content-Type").orElse("");
    JsonObject content = response.getAsJsonObject("content");
    assertThat(content.keySet()).as("%s %s", answer.method(), answer.path()).contains(type);
    if (type.contains("json")) {
      JsonObject schema = content.getAsJsonObject(type).getAsJsonObject("schema");
      assertThat(JsonSchema.errors(document, schema, answer.json()))
          .as("%s %s: %s", answer.method(), answer.path(), answer.text())
          .isEmpty();
    }
  }

  private JsonObject operation(Answer answer) {
    String path = answer.path().replaceAll("\\?.*", "");
    JsonObject paths = document.getAsJsonObject("paths");
    // A path as it is written comes before one with a variable part.
    String known =
        paths.has(path)
            ? path
            : paths.keySet().stream()
                .filter(template -> path.matches(template.replaceAll("\\{[a-z]+}", "[^/]+")))
                .findFirst()
                .orElse("");
    String method = answer.method().toLowerCase(Locale.ROOT);
    return paths.has(known) && paths.getAsJsonObject(known).has(method)
        ? paths.getAsJsonObject(known).getAsJsonObject(method)
        : null;
  }
}
