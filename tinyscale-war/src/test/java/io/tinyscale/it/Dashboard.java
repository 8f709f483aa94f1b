package io.tinyscale.it;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A dashboard of Grafana, as its file describes it. */
final class Dashboard {

  /** A question for the values of a label that a variable may have. */
  record LabelValues(String series, String label) {}

  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), *([a-z_]+)\\)");

  /** What Grafana puts in place of variables. */
  private static final Map<String, String> VALUES =
      Map.of("__rate_interval", "30s", "job", "tinyscale", "server", ".*");

  private final JsonObject json;

  private Dashboard(JsonObject json) {
    this.json = json;
  }

  /** The dashboard of packaging/monitoring. */
  static Dashboard ofTheKit() {
    return new Dashboard(
        JsonParser.parseString(MonitoringKit.text("tinyscale.json")).getAsJsonObject());
  }

  private static Stream<JsonObject> stream(JsonObject of, String name) {
    return !of.has(name)
        ? Stream.of()
        : StreamSupport.stream(of.getAsJsonArray(name).spliterator(), false)
            .map(JsonElement::getAsJsonObject);
  }

  private static String string(JsonObject of, String name) {
    return of.get(name).getAsString();
  }

  private Stream<JsonObject> panels() {
    return stream(json, "panels");
  }

  private Stream<JsonObject> annotations() {
    return stream(json.getAsJsonObject("annotations"), "list")
        .filter(annotation -> !annotation.has("builtIn"));
  }

  private Stream<JsonObject> templates() {
    return stream(json.getAsJsonObject("templating"), "list");
  }

  int schemaVersion() {
    return json.get("schemaVersion").getAsInt();
  }

  List<String> rows() {
    return panels()
        .filter(panel -> string(panel, "type").equals("row"))
        .map(panel -> string(panel, "title"))
        .toList();
  }

  List<String> variables() {
    return templates().map(variable -> string(variable, "name")).toList();
  }

  List<Integer> panelIds() {
    return panels().map(panel -> panel.get("id").getAsInt()).toList();
  }

  /** The data sources that panels, their expressions, annotations and variables have. */
  List<String> datasources() {
    Stream<JsonObject> expressions = panels().flatMap(panel -> stream(panel, "targets"));
    Stream<JsonObject> variables = templates().filter(one -> one.has("definition"));
    return Stream.of(
            panels().filter(panel -> panel.has("targets")), expressions, annotations(), variables)
        .flatMap(all -> all)
        .map(one -> string(one.getAsJsonObject("datasource"), "uid"))
        .toList();
  }

  /** The places that panels take, one for each unit of width and height. */
  List<String> occupied() {
    List<String> places = new ArrayList<>();
    panels()
        .map(panel -> panel.getAsJsonObject("gridPos"))
        .forEach(
            at -> {
              for (int x = 0; x < at.get("w").getAsInt(); x++) {
                for (int y = 0; y < at.get("h").getAsInt(); y++) {
                  places.add((at.get("x").getAsInt() + x) + "," + (at.get("y").getAsInt() + y));
                }
              }
            });
    return places;
  }

  /** All expressions of panels and annotations, with values instead of variables. */
  List<String> expressions() {
    return Stream.concat(panels().flatMap(panel -> stream(panel, "targets")), annotations())
        .map(target -> withValues(string(target, "expr")))
        .toList();
  }

  /** What Grafana asks for the values of the variables. */
  List<LabelValues> labelValues() {
    List<LabelValues> questions = new ArrayList<>();
    templates()
        .filter(variable -> variable.has("definition"))
        .forEach(
            variable -> {
              Matcher question = LABEL_VALUES.matcher(withValues(string(variable, "definition")));
              if (!question.matches()) {
                throw new AssertionError(variable);
              }
              questions.add(new LabelValues(question.group(1), question.group(2)));
            });
    return questions;
  }

  private static String withValues(String text) {
    String result = text;
    for (Map.Entry<String, String> value : VALUES.entrySet()) {
      result = result.replace("$" + value.getKey(), value.getValue());
    }
    return result;
  }
}
