package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The description of the admin API says what the code does. */
class OpenApiTest {

  private JsonObject document;

  @BeforeEach
  void read() throws Exception {
    try (Reader text =
        new InputStreamReader(
            OpenApiTest.class.getResourceAsStream("openapi.json"), StandardCharsets.UTF_8)) {
      document = JsonParser.parseReader(text).getAsJsonObject();
    }
  }

  private List<String> described() {
    List<String> described = new ArrayList<>();
    document
        .getAsJsonObject("paths")
        .entrySet()
        .forEach(
            path ->
                path.getValue()
                    .getAsJsonObject()
                    .entrySet()
                    .forEach(
                        method ->
                            described.add(
                                method.getKey().toUpperCase(Locale.ROOT)
                                    + " "
                                    + path.getKey()
                                    + " "
                                    + method
                                        .getValue()
                                        .getAsJsonObject()
                                        .get("x-scope")
                                        .getAsString())));
    return described;
  }

  @Test
  void describesEveryOperationWithItsScopeAndNoOther() {
    // Nothing is asked of the parts: an operation is a row of a table.
    List<Operation> operations = new ArrayList<>();
    operations.addAll(new StatusApi(null, null, null, null).operations());
    operations.addAll(new ServersApi(null, null, null, null).operations());
    operations.addAll(new StatesApi(null, null, null, null).operations());
    operations.addAll(new MeetingsApi(null, null).operations());
    List<String> there = new ArrayList<>(List.of("GET /openapi.json -"));
    operations.forEach(row -> there.add(row.method() + " " + row.path() + " " + row.scope()));

    assertThat(described()).containsExactlyInAnyOrderElementsOf(there);
  }

  @Test
  void everyReferenceLeadsSomewhereAndEverySchemaIsUsed() {
    TreeSet<String> references = new TreeSet<>();
    collect(document, references);

    assertThat(references)
        .allSatisfy(
            reference -> {
              JsonElement there = document;
              for (String part : reference.substring(2).split("/")) {
                there = there.getAsJsonObject().get(part);
                assertThat(there).as(reference).isNotNull();
              }
            });
    assertThat(document.getAsJsonObject("components").getAsJsonObject("schemas").keySet())
        .allSatisfy(name -> assertThat(references).contains("#/components/schemas/" + name));
  }

  private static void collect(JsonElement element, TreeSet<String> references) {
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(item -> collect(item, references));
    } else if (element.isJsonObject()) {
      for (Map.Entry<String, JsonElement> member : element.getAsJsonObject().entrySet()) {
        if (member.getKey().equals("$ref")) {
          references.add(member.getValue().getAsString());
        } else {
          collect(member.getValue(), references);
        }
      }
    }
  }
}
