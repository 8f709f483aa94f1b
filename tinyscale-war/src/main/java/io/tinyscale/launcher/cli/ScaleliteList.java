package io.tinyscale.launcher.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the list of servers that Scalelite tells: the JSON of {@code getServers}, or the text of
 * {@code rake servers}. No message quotes the list, because any line of it may be a secret.
 */
final class ScaleliteList {

  private static final Pattern JSON_PLACE = Pattern.compile("at line (\\d+) column (\\d+)");
  private static final Pattern REFUSAL =
      Pattern.compile("<messageKey>([A-Za-z]{1,60})</messageKey>");

  /** Both kinds of list, for messages. */
  private static final String SOURCES =
      "Give the JSON of /scalelite/api/getServers, or what `./bin/rake servers` prints.";

  private static final Set<String> STATES = Set.of("enabled", "cordoned", "disabled");
  private static final Set<String> REACHABLE = Set.of("online", "offline");

  /** What the lines of rake are called in JSON. */
  private static final Map<String, String> LINES =
      Map.of(
          "url",
          ScaleliteServer.URL,
          "secret",
          ScaleliteServer.SECRET,
          "load",
          "load",
          "load multiplier",
          ScaleliteServer.MULTIPLIER,
          "bbb version",
          "bbb_version",
          "tag",
          ScaleliteServer.TAG);

  private ScaleliteList() {}

  /**
   * Reads a list of at least one server.
   *
   * @throws CommandException if it is none
   */
  static List<ScaleliteServer> read(String input) {
    String text = input.startsWith("\uFEFF") ? input.substring(1) : input;
    String start = text.stripLeading();
    if (start.isEmpty()) {
      throw wrong("there is nothing. The command that asks Scalelite has failed.");
    }
    if (start.startsWith("<")) {
      throw markup(start);
    }
    if (start.startsWith("---") || start.startsWith("servers:")) {
      throw wrong(
          "this is YAML, as of `rake servers:yaml`, which shows cordoned servers as others. "
              + SOURCES);
    }
    if (start.startsWith("[") || start.startsWith("{")) {
      return json(text);
    }
    if (start.startsWith("id:")) {
      return lines(text);
    }
    throw wrong("this is no list of Scalelite's servers. " + SOURCES);
  }

  private static CommandException wrong(String what) {
    return CommandException.wrong("convert scalelite: " + what);
  }

  /** Scalelite refuses in XML; a web server in front of it answers with a page. Neither is read. */
  private static CommandException markup(String text) {
    Matcher refusal = REFUSAL.matcher(text);
    if (!refusal.find()) {
      return wrong("this is XML or a web page. Compare the address that was asked. " + SOURCES);
    }
    String key = refusal.group(1);
    return wrong(
        "Scalelite has refused the call: "
            + key
            + "."
            + (key.equals("checksumError")
                ? " Its checksum is the hash of `getServers` and LOADBALANCER_SECRET behind it."
                : " Compare the address that was asked."));
  }

  private static List<ScaleliteServer> json(String text) {
    JsonElement list = parsed(text);
    if (list instanceof JsonObject object && object.has("error")) {
      throw wrong("Scalelite answers with an error: it has no servers, or refuses the call.");
    }
    if (!(list instanceof JsonArray array) || array.isEmpty()) {
      throw wrong("expected a JSON array of servers, at least one. " + SOURCES);
    }
    List<ScaleliteServer> servers = new ArrayList<>();
    for (JsonElement element : array) {
      String position = "servers[" + servers.size() + "]";
      if (!(element instanceof JsonObject server)) {
        throw wrong(position + " is no object. " + SOURCES);
      }
      servers.add(new ScaleliteServer(position, texts(position, server)));
    }
    return servers;
  }

  private static JsonElement parsed(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement list = JsonParser.parseReader(reader);
      if (reader.peek() == JsonToken.END_DOCUMENT) {
        return list;
      }
      throw wrong("something follows the JSON. Give one answer alone.");
    } catch (IOException | JsonParseException e) {
      Matcher place = JSON_PLACE.matcher(String.valueOf(e.getMessage()));
      throw wrong(
          "broken JSON"
              + (place.find() ? " at line " + place.group(1) + ", column " + place.group(2) : "")
              + ". Ask Scalelite again: the answer is not whole.");
    }
  }

  private static Map<String, String> texts(String position, JsonObject server) {
    Map<String, String> texts = new HashMap<>();
    for (Map.Entry<String, JsonElement> field : server.entrySet()) {
      JsonElement value = field.getValue();
      if (value.isJsonPrimitive() && !value.getAsString().isBlank()) {
        texts.put(field.getKey(), value.getAsString().strip());
      } else if (!value.isJsonPrimitive() && !value.isJsonNull()) {
        throw wrong(
            position + "." + Fields.printable(field.getKey()) + " is no text and no number.");
      }
    }
    return texts;
  }

  private static List<ScaleliteServer> lines(String text) {
    List<Map<String, String>> servers = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().map(String::strip).toList()) {
      number++;
      if (line.startsWith("id:")) {
        servers.add(new HashMap<>());
        put(servers, ScaleliteServer.ID, line.substring("id:".length()), number);
      } else if (STATES.contains(line)) {
        put(servers, ScaleliteServer.STATE, line, number);
      } else if (REACHABLE.contains(line)) {
        put(servers, ScaleliteServer.ONLINE, line, number);
      } else if (!line.isEmpty()) {
        int colon = line.indexOf(':');
        String field = LINES.getOrDefault(line.substring(0, Math.max(colon, 0)), "");
        if (field.isEmpty()) {
          throw wrong("line " + number + " is none of those that `rake servers` prints.");
        }
        put(servers, field, line.substring(colon + 1), number);
      }
    }
    List<ScaleliteServer> list = new ArrayList<>();
    servers.forEach(
        fields -> list.add(new ScaleliteServer("servers[" + list.size() + "]", fields)));
    return list;
  }

  /** Notes a field of the last server. */
  private static void put(List<Map<String, String>> servers, String field, String value, int line) {
    Map<String, String> last = servers.get(servers.size() - 1);
    if (last.containsKey(field)) {
      throw wrong("line " + line + " tells the same of a server twice.");
    }
    if (!value.isBlank()) {
      last.put(field, value.strip());
    }
  }
}
