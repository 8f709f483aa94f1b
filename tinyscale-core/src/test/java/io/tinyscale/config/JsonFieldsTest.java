package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonFieldsTest {

  private enum Colour {
    RED,
    BLUE;

    static Optional<Colour> named(String name) {
      return List.of(values()).stream()
          .filter(colour -> colour.name().toLowerCase(Locale.ROOT).equals(name))
          .findFirst();
    }
  }

  private final JsonFile file =
      new JsonFile(
          "tenants.json", new JsonFile.Shape("tenants", "tenant", List.of("name", "secret")));

  @Test
  void readsEachTypeOfField() {
    JsonFields fields =
        object(
            """
            {"name": "moodle", "secret": "s", "most": 7, "ids": ["a", "b"], "colour": "blue"}
            """);

    assertThat(fields.position()).isEqualTo("tenants[0]");
    assertThat(fields.text("name")).contains("moodle");
    assertThat(fields.secret("secret", "Ask.")).contains(Secret.of("s"));
    assertThat(fields.number("most", 1, 9, 3)).isEqualTo(7);
    assertThat(fields.texts("ids", text -> !text.equals("none"), "not none"))
        .containsExactly("a", "b");
    assertThat(fields.choice("colour", Colour::named, "red, blue")).contains(Colour.BLUE);
    assertThat(file.problems()).isEmpty();
  }

  @Test
  void fieldsThatAreMissingReadAsTheirDefault() {
    JsonFields fields = object("{}");

    assertThat(fields.text("name")).isEmpty();
    assertThat(fields.number("most", 1, 9, 3)).isEqualTo(3);
    assertThat(fields.texts("ids", text -> !text.equals("none"), "not none")).isEmpty();
    assertThat(fields.choice("colour", Colour::named, "red, blue")).isEmpty();
    assertThat(file.problems()).isEmpty();
  }

  @Test
  void gathersTheProblemsOfAllFields() {
    JsonFields fields =
        object(
            """
            {"most": 10, "ids": ["a", 4711], "colour": "green", "secret": 4711, "list": "4711"}
            """);

    assertThat(fields.requiredText("name", "a name", "Give one.")).isEmpty();
    assertThat(fields.secret("secret", "Ask.")).isEmpty();
    assertThat(fields.number("most", 1, 9, 3)).isEqualTo(3);
    assertThat(fields.texts("ids", text -> !text.equals("none"), "not none")).containsExactly("a");
    assertThat(fields.choice("colour", Colour::named, "red, blue")).isEmpty();
    assertThat(fields.number("list", 0, 5, 0)).isZero();
    assertThat(file.problems())
        .extracting(ConfigException.Problem::toString)
        .containsExactly(
            "tenants[0].name: missing in tenants.json, line 1 (expected: a name). Give one.",
            "tenants[0].secret: a number in tenants.json, line 1 (expected: a text in quotes). Ask.",
            "tenants[0].most: 10 in tenants.json, line 1 (expected: a whole number from 1 to 9)."
                + " Correct it, or remove it for the default, 3.",
            "tenants[0].ids[1]: a number in tenants.json, line 1"
                + " (expected: an array of texts that are not blank). Put it into quotes.",
            "tenants[0].colour: green in tenants.json, line 1 (expected: red, blue)."
                + " Choose one of these, or remove it.",
            "tenants[0].list: a text in tenants.json, line 1 (expected: a whole number from 0 to 5)."
                + " Write a number, such as \"list\": 1.");
  }

  @Test
  void refusesUnknownFields() {
    JsonFields fields = object("{\"name\": \"moodle\", \"secert\": \"4711\", \"x\": 1, \"_x\": 2}");

    fields.text("name");
    fields.secret("secret", "Ask.");
    fields.refuseUnknownFields();

    assertThat(file.problems())
        .extracting(ConfigException.Problem::toString)
        .containsExactly(
            "tenants[0].secret: missing in tenants.json, line 1. Ask.",
            "tenants[0].secert: unknown field in tenants.json, line 1. Did you mean secret?",
            "tenants[0].x: unknown field in tenants.json, line 1."
                + " Remove it, or put _ in front of its name to keep it as a note.");
  }

  @Test
  void namesTheFilesOwnThingsInItsProblems() {
    file.objects("{}", fields -> fields);
    file.objects("[]", fields -> fields);
    file.objects("[7]", fields -> fields);
    file.objects("[{\"name\": \"a\", \"name\": \"b\"},]", fields -> fields);

    assertThat(file.problems())
        .extracting(ConfigException.Problem::toString)
        .containsExactly(
            "tenants: an object in tenants.json (expected: an array of objects with name and"
                + " secret). Put [ and ] around the tenants.",
            "tenants: empty array in tenants.json (expected: at least one tenant)."
                + " Add {\"name\": ..., \"secret\": ...}.",
            "tenants[0]: a number in tenants.json, line 1 (expected: an object with name and secret)."
                + " Write {\"name\": ..., \"secret\": ...}.",
            "tenants[0].name: given twice in tenants.json, line 1 (expected: every field once)."
                + " Remove one of them.",
            "tenants: broken JSON at line 1, column 30 in tenants.json (expected: a JSON array of"
                + " objects with name and secret). Correct it there: often a comma or a quote is"
                + " missing, or one comma is too many.");
  }

  private JsonFields object(String json) {
    return file.objects("[" + json + "]", fields -> fields).get(0);
  }
}
