package io.tinyscale.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where administrators find health and metrics, and who may read them.
 *
 * @param listen where the executable's door listens; null for no door
 * @param isListenGiven whether an operator has set that
 * @param path of the door in a web application, below the context path; empty for no door
 * @param metrics who may read metrics
 * @param tokens of administrators
 * @param hosts names of hosts under which the door is reached, in lower case
 * @param warnings what an operator has set without effect
 */
public record AdminSettings(
    @Nullable Listen listen,
    boolean isListenGiven,
    String path,
    MetricsAccess metrics,
    AdminTokens tokens,
    Set<String> hosts,
    List<String> warnings) {

  private static final Pattern LISTEN = Pattern.compile("(?:(.+):)?([0-9]{1,5})");
  private static final String EXPECTED_LISTEN = "address:port, a port, or off";
  private static final int HIGHEST_PORT = 65535;
  private static final String PATH = "(/[A-Za-z0-9._-]+)+";
  private static final String HOST = "[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*";
  private static final String EXPECTED_HOSTS =
      "names of hosts without ports, separated by commas, such as lb.example.org";
  private static final String OFF = "off";

  /** An address and a port; port 0 is any free one. */
  public record Listen(InetAddress address, int port) {

    /** The same as an operator writes it. */
    @Override
    public String toString() {
      String host = address.getHostAddress();
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** Who may read metrics. */
  public enum MetricsAccess {
    /** Callers on this machine whose request no proxy has passed on. */
    LOCAL,
    /** Whoever has a token. */
    TOKEN,
    /** Everybody who reaches the door. */
    OPEN;

    /** The name in configuration. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list and checks the address and the path. */
  public AdminSettings {
    hosts = Set.copyOf(hosts);
    warnings = List.copyOf(warnings);
    new Checks()
        .that(
            listen == null
                || listen.address().isLoopbackAddress()
                || tokens.file() != null
                || !tokens.all().isEmpty(),
            ConfigKey.ADMIN_LISTEN,
            String.valueOf(listen),
            "a loopback address, such as 127.0.0.1:3006, as long as there are no tokens",
            "Set admin.tokens.file before other machines reach the admin door.")
        .that(
            path.isEmpty() || path.matches(PATH) && !path.startsWith("/bigbluebutton"),
            ConfigKey.ADMIN_PATH,
            path,
            "a path such as /tinyscale, and not below /bigbluebutton",
            "Correct it, or remove it for no admin door.")
        .refuse();
  }

  /** No door, for a program that says itself what it needs. */
  public static AdminSettings none() {
    return read(ConfigValues.defaults());
  }

  /** The same without a door that listens. */
  public AdminSettings withoutListening() {
    return new AdminSettings(null, isListenGiven, path, metrics, tokens, hosts, warnings);
  }

  /** The same with one more warning. */
  public AdminSettings withWarning(String warning) {
    List<String> more = new ArrayList<>(warnings);
    more.add(warning);
    return new AdminSettings(listen, isListenGiven, path, metrics, tokens, hosts, more);
  }

  /** Reads the section of the executable: the door has an address of its own. */
  public static AdminSettings readForExecutable(ConfigValues values) {
    List<String> warnings =
        unused(
            values,
            ConfigKey.ADMIN_PATH,
            "The executable's admin door has an address of its own, admin.listen.");
    Optional<Optional<Listen>> given =
        values.optional(ConfigKey.ADMIN_LISTEN, AdminSettings::parsedListen, EXPECTED_LISTEN);
    return new AdminSettings(
        given.orElseGet(() -> parsedListen(usualListen()).orElseThrow()).orElse(null),
        values.isGiven(ConfigKey.ADMIN_LISTEN),
        "",
        values.choice(ConfigKey.METRICS_ACCESS, MetricsAccess.values()),
        AdminTokens.read(values, warnings),
        hosts(values),
        warnings);
  }

  /** Reads the section of a web application: the door has a path. */
  public static AdminSettings read(ConfigValues values) {
    List<String> warnings =
        unused(
            values,
            ConfigKey.ADMIN_LISTEN,
            "Only the executable uses it; set admin.path for an admin door here.");
    return new AdminSettings(
        null,
        false,
        values
            .optional(ConfigKey.ADMIN_PATH, AdminSettings::parsedPath, "a path such as /tinyscale")
            .orElse(""),
        values.choice(ConfigKey.METRICS_ACCESS, MetricsAccess.values()),
        AdminTokens.read(values, warnings),
        hosts(values),
        warnings);
  }

  private static List<String> unused(ConfigValues values, ConfigKey key, String why) {
    List<String> warnings = new ArrayList<>();
    values.withoutEffect(key, why).ifPresent(warnings::add);
    return warnings;
  }

  private static Set<String> hosts(ConfigValues values) {
    return values
        .optional(ConfigKey.ADMIN_HOSTS, AdminSettings::parsedHosts, EXPECTED_HOSTS)
        .orElse(Set.of());
  }

  private static Optional<Set<String>> parsedHosts(String text) {
    Set<String> hosts = new LinkedHashSet<>();
    for (String host : text.split(",", -1)) {
      if (!host.strip().matches(HOST)) {
        return Optional.empty();
      }
      hosts.add(host.strip().toLowerCase(Locale.ROOT));
    }
    return Optional.of(hosts);
  }

  private static Optional<String> parsedPath(String text) {
    return text.matches(PATH) ? Optional.of(text) : Optional.empty();
  }

  private static String usualListen() {
    return ConfigKey.ADMIN_LISTEN.defaultText().orElseThrow();
  }

  /** The address in this text; empty if it is none, and an empty address for no door. */
  private static Optional<Optional<Listen>> parsedListen(String text) {
    if (text.equals(OFF)) {
      return Optional.of(Optional.empty());
    }
    Matcher parts = LISTEN.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) > HIGHEST_PORT) {
      return Optional.empty();
    }
    String host = parts.group(1) == null ? "127.0.0.1" : parts.group(1);
    // A name would be looked up, and may mean another address each time.
    if (!host.equals("localhost") && !host.matches("[0-9.]+|\\[[0-9A-Fa-f:.]+\\]")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Optional.of(new Listen(InetAddress.getByName(host), Integer.parseInt(parts.group(2)))));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
