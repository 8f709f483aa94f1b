package io.tinyscale.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the pool file, an array of servers in JSON. Strict, and it finds all problems
 * before it gives up; no message shows a secret, nor what may be one in the wrong place.
 */
public final class PoolFile {

  private static final int MOST_BYTES = 1 << 20;
  private static final int HEAVIEST = 1000;
  private static final List<String> FIELDS =
      List.of("host", "secret", "name", "weight", "tags", "state", "checksum");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern POSITION = Pattern.compile("at line (\\d+) column (\\d+)");

  private final String file;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();

  private PoolFile(String file) {
    this.file = file;
  }

  /**
   * What the file says.
   *
   * @param servers at least one, at least one of them not disabled
   * @param warnings what was accepted but is hardly meant, such as an unknown field
   */
  public record Content(List<Server> servers, List<String> warnings) {

    /** Copies the lists. */
    public Content {
      servers = List.copyOf(servers);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Reads and checks the file.
   *
   * @throws ConfigException with all that is wrong, each with its position such as {@code
   *     servers[2].secret}, counted from 0, and the path of the file
   */
  public static Content read(Path file) {
    try {
      return parse(SmallFile.text(file, MOST_BYTES), file.toString());
    } catch (SmallFile.UnreadableException e) {
      throw new ConfigException(
          List.of(
              Problem.of(
                  "servers",
                  file.toString(),
                  "a readable file, but it is: " + e.getMessage(),
                  "Create it, or set `servers` to its path: a JSON array of objects with host and"
                      + " secret.")));
    }
  }

  static Content parse(String text, String file) {
    PoolFile pool = new PoolFile(file);
    try {
      JsonReader json = new JsonReader(new StringReader(text));
      json.setStrictness(Strictness.STRICT);
      pool.readArray(json);
    } catch (IOException | JsonParseException e) {
      // Only where, not what: the rest of the message would quote the file.
      Matcher position = POSITION.matcher(String.valueOf(e.getMessage()));
      pool.problem(
          "servers",
          position.find()
              ? "broken JSON at line " + position.group(1) + ", column " + position.group(2)
              : "broken JSON",
          "a JSON array of objects with host and secret",
          "Correct it there: often a comma or a quote is missing, or one comma is too many.");
    }
    return pool.content();
  }

  private Content content() {
    List<Server> servers = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    Map<URI, String> addresses = new HashMap<>();
    Map<String, Long> wanted =
        entries.stream()
            .collect(Collectors.groupingBy(PoolFile::wantedName, Collectors.counting()));
    for (Entry entry : entries) {
      URI api = entry.api;
      if (api != null) {
        @Nullable String earlier = addresses.putIfAbsent(api, entry.position);
        if (earlier != null) {
          problem(
              entry.position + ".host",
              "the same server as " + earlier,
              "every server once",
              "Remove one of the two.");
        }
      }
      String name = nameOf(entry, wanted);
      if (!name.isEmpty()) {
        @Nullable String earlier = names.putIfAbsent(name, entry.position);
        if (earlier != null) {
          problem(
              entry.position + ".name",
              name,
              "a name of its own, but " + earlier + " has the same",
              "Give one of the two another `name`.");
        }
      }
      if (api != null && entry.secret != null) {
        servers.add(
            new Server(
                name, api, entry.secret, entry.algorithm, entry.weight, entry.tags, entry.state));
      }
    }
    if (problems.isEmpty()
        && servers.stream().allMatch(server -> server.state() == AdminState.DISABLED)) {
      problem(
          "servers",
          "all disabled",
          "at least one server that is not",
          "Set the `state` of one to enabled.");
    }
    Checks.refuse(problems);
    return new Content(servers, warnings);
  }

  /** The name given, else the host's; with the port if another entry has that name. */
  private static String nameOf(Entry entry, Map<String, Long> wanted) {
    URI api = entry.api;
    if (!entry.name.isEmpty() || api == null) {
      return entry.name;
    }
    String host = hostName(api);
    return wanted.getOrDefault(host, 0L) > 1 ? host + "-" + port(api) : host;
  }

  /** The name of an entry if it were alone. */
  private static String wantedName(Entry entry) {
    URI api = entry.api;
    return entry.name.isEmpty() && api != null ? hostName(api) : entry.name;
  }

  private static String hostName(URI api) {
    // An IPv6 address is the one host with characters that a name must not have.
    return api.getHost().replaceAll("[\\[\\]]", "").replaceAll("[^A-Za-z0-9._-]", "-");
  }

  private static int port(URI api) {
    if (api.getPort() != -1) {
      return api.getPort();
    }
    return api.getScheme().equals("https") ? 443 : 80;
  }

  private void readArray(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      problem(
          "servers",
          kindOf(JsonParser.parseReader(json)),
          "an array of objects with host and secret",
          "Put [ and ] around the servers.");
      return;
    }
    json.beginArray();
    int index = 0;
    for (; json.hasNext(); index++) {
      readEntry(json, "servers[" + index + "]");
    }
    json.endArray();
    if (index == 0) {
      problem(
          "servers", "empty array", "at least one server", "Add {\"host\": ..., \"secret\": ...}.");
    }
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new IllegalStateException("a strict reader throws if anything follows the array");
    }
  }

  private void readEntry(JsonReader json, String position) throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      problem(
          position,
          kindOf(JsonParser.parseReader(json)),
          "an object with host and secret",
          "Write {\"host\": ..., \"secret\": ...}.");
      return;
    }
    Map<String, JsonElement> fields = new LinkedHashMap<>();
    json.beginObject();
    while (json.hasNext()) {
      String field = json.nextName();
      @Nullable JsonElement earlier = fields.put(field, JsonParser.parseReader(json));
      if (earlier != null) {
        problem(position + "." + field, "given twice", "every field once", "Remove one of them.");
      }
    }
    json.endObject();
    entries.add(new Entry(position, fields));
  }

  /** A server as the file has it; what could not be read keeps its default. */
  private final class Entry {

    final String position;
    final String name;
    final @Nullable URI api;
    final @Nullable Secret secret;
    final int weight;
    final Set<String> tags;
    final AdminState state;
    final ChecksumAlgorithm algorithm;

    Entry(String position, Map<String, JsonElement> fields) {
      this.position = position;
      Optional<String> host = text(fields, "host");
      this.api = host.flatMap(this::api).orElse(null);
      if (!fields.containsKey("host")) {
        wrong("host", "missing", "the address of a server", "Write \"host\": \"https://...\".");
      }
      this.secret = secret(fields);
      this.name = text(fields, "name").filter(this::isName).orElse("");
      this.weight = weight(fields);
      this.tags = tags(fields);
      this.state =
          text(fields, "state")
              .flatMap(
                  text ->
                      known("state", text, AdminState.named(text), "enabled, cordoned, disabled"))
              .orElse(AdminState.ENABLED);
      this.algorithm =
          text(fields, "checksum")
              .flatMap(
                  text ->
                      known(
                          "checksum",
                          text,
                          ChecksumAlgorithm.named(text),
                          "sha1, sha256, sha384, sha512"))
              .orElse(ChecksumAlgorithm.SHA256);
      warnOfUnknown(fields.keySet());
    }

    private Optional<URI> api(String host) {
      PoolAddress address = PoolAddress.of(host);
      if (address instanceof PoolAddress.Wrong wrong) {
        wrong("host", wrong.shown(), wrong.expected(), wrong.fix());
        return Optional.empty();
      }
      return Optional.of(((PoolAddress.Api) address).uri());
    }

    private @Nullable Secret secret(Map<String, JsonElement> fields) {
      @Nullable JsonElement element = fields.get("secret");
      URI address = api;
      String fix =
          "Copy it from `bbb-conf --secret` on "
              + (address == null ? "that server" : address.getHost())
              + ".";
      if (element == null || element.isJsonNull()) {
        wrong("secret", "missing", "", fix);
      } else if (!isString(element)) {
        wrong("secret", kindOf(element), "a text in quotes", fix);
      } else if (element.getAsString().isBlank()) {
        wrong("secret", "empty", "", fix);
      } else if (!SecretText.isClean(element.getAsString())) {
        wrong("secret", "***", SecretText.EXPECTED + ", no blanks around them", SecretText.FIX);
      } else {
        return Secret.of(element.getAsString());
      }
      return null;
    }

    private boolean isName(String text) {
      if (NAME.matcher(text).matches()) {
        return true;
      }
      wrong("name", text, "letters, digits, dot, hyphen, underscore", "Choose another name.");
      return false;
    }

    private int weight(Map<String, JsonElement> fields) {
      @Nullable JsonElement element = fields.get("weight");
      if (element == null) {
        return 1;
      }
      if (element instanceof JsonPrimitive number && number.isNumber()) {
        String digits = number.getAsString();
        if (digits.matches("[0-9]{1,4}")
            && Integer.parseInt(digits) >= 1
            && Integer.parseInt(digits) <= HEAVIEST) {
          return Integer.parseInt(digits);
        }
        wrong("weight", digits, wholeNumber(), "Correct it, or remove it for the default, 1.");
      } else {
        wrong("weight", kindOf(element), wholeNumber(), "Write a number, such as \"weight\": 2.");
      }
      return 1;
    }

    private Set<String> tags(Map<String, JsonElement> fields) {
      @Nullable JsonElement element = fields.get("tags");
      if (element == null) {
        return Set.of();
      }
      String expected = "an array of texts that are not blank";
      if (!element.isJsonArray()) {
        wrong("tags", kindOf(element), expected, "Write \"tags\": [\"...\"].");
        return Set.of();
      }
      Set<String> tags = new LinkedHashSet<>();
      int index = 0;
      for (JsonElement tag : element.getAsJsonArray()) {
        if (!isString(tag)) {
          wrong("tags[" + index + "]", kindOf(tag), expected, "Put it into quotes.");
        } else if (tag.getAsString().isBlank()) {
          wrong("tags[" + index + "]", "empty", expected, "Remove it.");
        } else {
          tags.add(tag.getAsString());
        }
        index++;
      }
      return tags;
    }

    /** The text of a field that may be missing but not be empty. */
    private Optional<String> text(Map<String, JsonElement> fields, String field) {
      @Nullable JsonElement element = fields.get(field);
      if (element == null) {
        return Optional.empty();
      }
      if (!isString(element)) {
        wrong(field, kindOf(element), "a text in quotes", "Put it into quotes, or remove it.");
        return Optional.empty();
      }
      if (element.getAsString().isBlank()) {
        wrong(field, "empty", "a text", "Fill it in, or remove it.");
        return Optional.empty();
      }
      return Optional.of(element.getAsString());
    }

    private <T> Optional<T> known(String field, String text, Optional<T> found, String choices) {
      if (found.isEmpty()) {
        wrong(field, text, choices, "Choose one of these, or remove it.");
      }
      return found;
    }

    private void warnOfUnknown(Set<String> fields) {
      for (String field : fields) {
        if (!FIELDS.contains(field)) {
          String hint =
              Spelling.nearest(field, FIELDS)
                  .filter(meant -> !fields.contains(meant))
                  .map(meant -> " Did you mean " + meant + "?")
                  .orElse("");
          warnings.add(
              position
                  + "."
                  + Problem.printable(field)
                  + ": unknown field in "
                  + file
                  + ", ignored."
                  + hint);
        }
      }
    }

    private void wrong(String field, String value, String expected, String fix) {
      problem(position + "." + field, value, expected, fix);
    }
  }

  private static String wholeNumber() {
    return "a whole number from 1 to " + HEAVIEST;
  }

  private static boolean isString(JsonElement element) {
    return element instanceof JsonPrimitive primitive && primitive.isString();
  }

  /** What it is instead of what was expected, never its content. */
  private static String kindOf(JsonElement element) {
    if (element.isJsonNull()) {
      return "null";
    }
    if (element instanceof JsonPrimitive primitive) {
      return primitive.isString() ? "a text" : primitive.isNumber() ? "a number" : "true or false";
    }
    return element.isJsonArray() ? "an array" : "an object";
  }

  private void problem(String key, String value, String expected, String fix) {
    problems.add(new Problem(key, value, file, expected, fix));
  }
}
