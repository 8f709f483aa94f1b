package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.tinyscale.it.AdminCaller.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The description of the admin API, and what it says of answers. */
final class AdminDocument {

  /** A method of a path, and the scope that it needs; a hyphen if it needs none. */
  record Described(String method, String path, String scope) {}

  /** A name for the document: nothing is fetched from there. */
  private static final String IRI = "urn:tinyscale:openapi";

  private final JsonObject document;
  private final SchemaRegistry schemas;

  /** Reads the description that a door serves. */
  AdminDocument(AdminCaller caller) {
    this(caller.get("/openapi.json").text());
  }

  /** Takes the description itself. */
  AdminDocument(String text) {
    document = JsonParser.parseString(text).getAsJsonObject();
    schemas =
        SchemaRegistry.withDialect(
            Dialects.getOpenApi31(), settings -> settings.schemas(Map.of(IRI, text)));
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

  /** Fails unless the text is what the description calls by this name. */
  void assertDescribes(String schema, String text) {
    assertThat(errors("/components/schemas/" + schema, text)).as("%s: %s", schema, text).isEmpty();
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
    String pointer = pointer(answer, responses.getAsJsonObject(status), status);
    JsonObject response = at(pointer);
    if (!response.has("content")) {
      assertThat(answer.text()).isEmpty();
      return;
    }
    String type = answer.http().headers().firstValue("Content-Type").orElse("");
    JsonObject content = response.getAsJsonObject("content");
    assertThat(content.keySet()).as("%s %s", answer.method(), answer.path()).contains(type);
    if (type.contains("json")) {
      String schema = pointer + "/content/" + escaped(type) + "/schema";
      assertThat(errors(schema, answer.text()))
          .as("%s %s: %s", answer.method(), answer.path(), answer.text())
          .isEmpty();
    }
  }

  private List<String> errors(String schema, String json) {
    return schemas
        .getSchema(SchemaLocation.of(IRI + "#" + schema))
        .validate(
            json,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Object::toString)
        .toList();
  }

  /** Where a response is described: in place, or where a reference leads. */
  private String pointer(Answer answer, JsonObject response, String status) {
    return response.has("$ref")
        ? response.get("$ref").getAsString().substring(1)
        : "/paths/"
            + escaped(path(answer))
            + "/"
            + answer.method().toLowerCase(Locale.ROOT)
            + "/responses/"
            + status;
  }

  private static String escaped(String part) {
    return part.replace("~", "~0").replace("/", "~1");
  }

  private JsonObject at(String pointer) {
    JsonObject there = document;
    for (String part : pointer.substring(1).split("/")) {
      there = there.getAsJsonObject(part.replace("~1", "/").replace("~0", "~"));
    }
    return there;
  }

  /** The described path of an answer; empty if none is described. */
  private String path(Answer answer) {
    String path = answer.path().replaceAll("\\?.*", "");
    JsonObject paths = document.getAsJsonObject("paths");
    // A path as it is written comes before one with a variable part.
    return paths.has(path)
        ? path
        : paths.keySet().stream()
            .filter(template -> path.matches(template.replaceAll("\\{[a-z]+}", "[^/]+")))
            .findFirst()
            .orElse("");
  }

  private JsonObject operation(Answer answer) {
    JsonObject paths = document.getAsJsonObject("paths");
    String known = path(answer);
    String method = answer.method().toLowerCase(Locale.ROOT);
    return paths.has(known) && paths.getAsJsonObject(known).has(method)
        ? paths.getAsJsonObject(known).getAsJsonObject(method)
        : null;
  }
}
