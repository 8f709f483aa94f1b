package io.tinyscale.config;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the pool file, an array of servers in JSON. Strict, and it finds all problems
 * before it gives up; no message shows a secret, nor what may be one in the wrong place.
 */
public final class PoolFile {

  /** The largest file that is read. */
  static final int MOST_BYTES = 1 << 20;

  private static final int HEAVIEST = 1000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final String TAG_WORDS =
      "letters, digits, dot, hyphen, underscore; not none, which means no tag";
  private static final JsonFile.Shape SHAPE =
      new JsonFile.Shape("servers", "server", List.of("host", "secret"));

  private final JsonFile json;

  private PoolFile(JsonFile json) {
    this.json = json;
  }

  /**
   * What the file says.
   *
   * @param servers at least one, at least one of them not disabled
   * @param warnings what was accepted but is hardly meant, such as a short secret
   */
  public record Content(List<Server> servers, List<Warning> warnings) {

    /** Copies the lists. */
    public Content {
      servers = List.copyOf(servers);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Something that an operator should know.
   *
   * @param about equal as long as nothing about the matter has changed; the text may change before
   *     that, because it says where in the file the matter stands
   */
  public record Warning(Object about, String text) {}

  /** A server and its secret. */
  private record ShortSecret(URI api, Secret secret) {}

  /**
   * Reads and checks the file.
   *
   * @throws ConfigException with all that is wrong, each with its position such as {@code
   *     servers[2].secret}, counted from 0, and the path of the file
   */
  public static Content read(Path file) {
    try {
      return withExposure(parse(SmallFile.text(file, MOST_BYTES), file.toString()), file);
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

  /** The same with a warning before the others if other users of the machine may read the file. */
  static Content withExposure(Content content, Path file) {
    List<Warning> warnings = new ArrayList<>();
    SmallFile.exposure(ConfigKey.SERVERS, file)
        .ifPresent(text -> warnings.add(new Warning(file, text)));
    warnings.addAll(content.warnings());
    return new Content(content.servers(), warnings);
  }

  /**
   * What a text says that is or may become the file's.
   *
   * @param file what messages call the text
   * @throws ConfigException with all that is wrong
   */
  public static Content parse(String text, String file) {
    JsonFile json = new JsonFile(file, SHAPE);
    return new PoolFile(json).content(text);
  }

  private Content content(String text) {
    List<Entry> entries = json.objects(text, PoolFile::entry);
    List<Server> servers = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    Map<URI, String> addresses = new HashMap<>();
    Map<String, Long> wanted =
        entries.stream()
            .flatMap(Entry::wantedNames)
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    for (Entry entry : entries) {
      URI api = entry.api;
      if (api != null) {
        @Nullable String earlier = addresses.putIfAbsent(api, entry.position);
        if (earlier != null) {
          json.problem(
              entry.position + ".host",
              "the same server as " + earlier,
              "every server once",
              "Remove one of the two.");
          continue;
        }
      }
      String name = entry.nameAmong(wanted);
      if (!name.isEmpty()) {
        @Nullable String earlier = names.putIfAbsent(name, entry.position);
        if (earlier != null) {
          json.problem(
              entry.position + ".name",
              name,
              "a name of its own, but " + earlier + " has the same",
              "Give one of the two another `name`.");
        }
      }
      if (api != null && entry.secret != null) {
        servers.add(
            new Server(
                name,
                api,
                entry.secret,
                entry.algorithm,
                entry.weight,
                entry.tags,
                entry.state,
                entry.drain));
      }
    }
    if (json.problems().isEmpty()
        && servers.stream().allMatch(server -> server.state() == AdminState.DISABLED)) {
      json.problem(
          "servers",
          "all disabled",
          "at least one server that is not",
          "Set the `state` of one to enabled.");
    }
    if (!json.problems().isEmpty()) {
      throw new ConfigException(json.problems());
    }
    return new Content(servers, entries.stream().flatMap(this::warnings).toList());
  }

  private Stream<Warning> warnings(Entry entry) {
    URI api = entry.api;
    Secret secret = entry.secret;
    return api != null && secret != null && secret.isShort()
        ? Stream.of(
            new Warning(new ShortSecret(api, secret), json.shortSecret(entry.position + ".secret")))
        : Stream.empty();
  }

  private static Entry entry(JsonFields fields) {
    Optional<URI> api =
        fields
            .requiredText("host", "the address of a server", "Write \"host\": \"https://...\".")
            .flatMap(host -> api(fields, host));
    Optional<Secret> secret =
        fields.secret(
            "secret",
            "Copy it from `bbb-conf --secret` on "
                + api.map(URI::getHost).orElse("that server")
                + ".");
    String name = fields.text("name").filter(text -> isName(fields, text)).orElse("");
    int weight = fields.number("weight", 1, HEAVIEST, 1);
    Set<String> tags = new LinkedHashSet<>(fields.texts("tags", PoolFile::isTag, TAG_WORDS));
    AdminState state =
        fields
            .choice("state", AdminState::named, "enabled, cordoned, disabled")
            .orElse(AdminState.ENABLED);
    ChecksumAlgorithm algorithm =
        fields
            .choice("checksum", ChecksumAlgorithm::named, "sha1, sha256, sha384, sha512")
            .orElse(ChecksumAlgorithm.SHA256);
    Optional<Drain> drain = DrainField.read(fields, state);
    fields.refuseUnknownFields();
    return new Entry(
        fields.position(),
        api.orElse(null),
        secret.orElse(null),
        name,
        weight,
        tags,
        state,
        algorithm,
        drain.orElse(null));
  }

  private static Optional<URI> api(JsonFields fields, String host) {
    PoolAddress address = PoolAddress.of(host);
    if (address instanceof PoolAddress.Wrong wrong) {
      fields.wrong("host", wrong.shown(), wrong.expected(), wrong.fix());
      return Optional.empty();
    }
    return Optional.of(((PoolAddress.Api) address).uri());
  }

  private static boolean isName(JsonFields fields, String text) {
    if (NAME.matcher(text).matches()) {
      return true;
    }
    fields.wrong("name", text, "letters, digits, dot, hyphen, underscore", "Choose another name.");
    return false;
  }

  /** Creates write {@code none} for servers without tags. */
  private static boolean isTag(String text) {
    return NAME.matcher(text).matches() && !text.equals("none");
  }

  /**
   * A server as the file has it; what could not be read has its default.
   *
   * @param position such as {@code servers[2]}
   * @param name empty if the file gives none
   */
  private record Entry(
      String position,
      @Nullable URI api,
      @Nullable Secret secret,
      String name,
      int weight,
      Set<String> tags,
      AdminState state,
      ChecksumAlgorithm algorithm,
      @Nullable Drain drain) {

    /**
     * The name given, else the host's; with the port if another entry has that name, and with the
     * path if even host and port are those of another entry.
     */
    String nameAmong(Map<String, Long> wanted) {
      List<String> names = wantedNames().toList();
      return names.stream()
          .filter(candidate -> wanted.getOrDefault(candidate, 0L) < 2)
          .findFirst()
          .orElse(names.isEmpty() ? "" : names.get(names.size() - 1));
    }

    /** The names that the entry may have, the shortest first; empty if it can have none. */
    Stream<String> wantedNames() {
      URI address = api;
      if (!name.isEmpty() || address == null) {
        return Stream.of(name).filter(given -> !given.isEmpty());
      }
      String host = hostName(address);
      String hostAndPort = host + "-" + port(address);
      String path = ownPath(address);
      return path.isEmpty()
          ? Stream.of(host, hostAndPort)
          : Stream.of(host, hostAndPort, hostAndPort + path);
    }

    /** What stands before the end that all servers share, as a part of a name. */
    private static String ownPath(URI api) {
      String path = api.getRawPath();
      return path.substring(0, path.length() - PoolAddress.API.length())
          .replaceAll("[^A-Za-z0-9._-]", "-");
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
  }
}
