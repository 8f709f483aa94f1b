package io.tinyscale.callback;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How callbacks are relayed.
 *
 * @param url the public address of this balancer with its context path, without a slash at the end;
 *     null if callbacks are not relayed
 * @param spool the directory for callbacks that wait; null if they wait in memory
 * @param allow where callbacks may go, in lower case: {@code public}, names of hosts, {@code
 *     *.domain}, addresses, and ranges of addresses such as {@code 10.20.0.0/16}; at least one
 * @param keep how long a callback is tried
 * @param proxy for callbacks and webhooks, not resolved; null for the JVM's own settings
 * @param warnings what an operator has set without effect
 */
public record RelaySettings(
    @Nullable URI url,
    @Nullable Path spool,
    List<String> allow,
    Duration keep,
    @Nullable InetSocketAddress proxy,
    List<String> warnings) {

  /** What follows {@link #url} in every URL of the relay. */
  public static final String PATH = "/bigbluebutton/tinyscale/callback/";

  /** The entry of {@link #allow} for all addresses of the public internet. */
  public static final String PUBLIC = "public";

  /** No character that XML or a query must escape, but for the separators. */
  private static final Pattern URL =
      Pattern.compile("https?://[a-z0-9.-]+(:[0-9]{1,5})?[A-Za-z0-9/._~-]*(?<!/)");

  private static final Pattern URL_IN_IPV6 =
      Pattern.compile("https?://\\[[0-9a-f:.]+](:[0-9]{1,5})?[A-Za-z0-9/._~-]*(?<!/)");

  private static final String URL_EXPECTED =
      "the public address of tinyscale with its context path, such as https://lb.example.org,"
          + " without /bigbluebutton";

  private static final Pattern NAME =
      Pattern.compile("(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:]*(\\.[0-9.]+)?");

  private static final String ALLOW_EXPECTED =
      "public, names of hosts, *.domain, addresses and ranges such as 10.20.0.0/16";

  private static final Pattern PROXY =
      Pattern.compile("(?i)http://(?<host>[a-z0-9.-]+|\\[[0-9a-f:.]+]):(?<port>[0-9]{1,5})/?");

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;
  private static final int LARGEST_PORT = 65535;
  private static final int LONGEST_URL = 256;

  /** Copies the lists and checks each value. */
  public RelaySettings {
    allow = List.copyOf(allow);
    warnings = List.copyOf(warnings);
    List<String> wrong = allow.stream().filter(entry -> !isEntry(entry)).toList();
    new Checks()
        .that(
            url == null || isAddress(url),
            ConfigKey.RELAY_URL,
            String.valueOf(url),
            URL_EXPECTED,
            "Write it as the BBB servers reach tinyscale.")
        .that(
            !allow.isEmpty() && wrong.isEmpty(),
            ConfigKey.RELAY_ALLOW,
            wrong.isEmpty() ? "nothing" : wrong.get(0),
            ALLOW_EXPECTED,
            "Separate the entries by blanks or commas.")
        .duration(ConfigKey.RELAY_KEEP, keep)
        .refuse();
  }

  /** What applies unless an operator says otherwise: callbacks are not relayed. */
  public static RelaySettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static RelaySettings read(ConfigValues values) {
    Optional<URI> url = values.optional(ConfigKey.RELAY_URL, RelaySettings::url, URL_EXPECTED);
    Optional<Path> spool = values.path(ConfigKey.RELAY_SPOOL);
    spool
        .filter(path -> Files.exists(path) && !Files.isDirectory(path))
        .ifPresent(
            path ->
                values.problem(
                    ConfigKey.RELAY_SPOOL,
                    Problem.of(
                        ConfigKey.RELAY_SPOOL.key(),
                        path.toString(),
                        "a directory",
                        "Name a directory, which need not exist yet.")));
    List<String> allow =
        values.value(ConfigKey.RELAY_ALLOW, RelaySettings::entries, ALLOW_EXPECTED);
    Duration keep = values.duration(ConfigKey.RELAY_KEEP);
    Optional<InetSocketAddress> proxy =
        values.optional(
            ConfigKey.RELAY_PROXY,
            RelaySettings::proxy,
            "the address of a proxy without user and password, which are not supported, such as"
                + " http://proxy.example.org:3128");
    List<String> warnings = new ArrayList<>();
    if (!values.isGiven(ConfigKey.RELAY_URL)) {
      for (ConfigKey key :
          List.of(
              ConfigKey.RELAY_SPOOL,
              ConfigKey.RELAY_ALLOW,
              ConfigKey.RELAY_KEEP,
              ConfigKey.RELAY_PROXY)) {
        values
            .withoutEffect(key, "Callbacks are relayed only with relay.url.")
            .ifPresent(warnings::add);
      }
    }
    return new RelaySettings(
        url.orElse(null), spool.orElse(null), allow, keep, proxy.orElse(null), warnings);
  }

  /** Whether callbacks are relayed. */
  public boolean isOn() {
    return url != null;
  }

  /**
   * What every URL of the relay begins with.
   *
   * @throws IllegalStateException if callbacks are not relayed
   */
  public String prefix() {
    if (url == null) {
      throw new IllegalStateException("relay.url is not set");
    }
    return url + PATH;
  }

  /** In one spelling: scheme and host in lower case, no slash at the end. */
  private static Optional<URI> url(String text) {
    try {
      URI uri = new URI(text.replaceAll("/+$", ""));
      if (uri.getScheme() == null || uri.getRawAuthority() == null) {
        return Optional.empty();
      }
      String rest =
          uri.getRawSchemeSpecificPart().substring("//".length() + uri.getRawAuthority().length());
      URI spelled =
          URI.create(
              (uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT)
                  + rest
                  + (uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment()));
      return Optional.of(spelled).filter(RelaySettings::isAddress);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isAddress(URI url) {
    String text = url.toString();
    return (URL.matcher(text).matches() || URL_IN_IPV6.matcher(text).matches())
        && text.length() <= LONGEST_URL
        && url.getHost() != null
        && url.getPort() != 0
        && url.getPort() <= LARGEST_PORT
        && !text.substring(text.indexOf("//") + 2).contains("//")
        && url.normalize().equals(url)
        && !(text + "/").contains("/bigbluebutton/");
  }

  private static Optional<List<String>> entries(String text) {
    List<String> entries =
        Arrays.stream(text.toLowerCase(Locale.ROOT).split("[\\s,]+"))
            .filter(entry -> !entry.isEmpty())
            .toList();
    return entries.isEmpty() || !entries.stream().allMatch(RelaySettings::isEntry)
        ? Optional.empty()
        : Optional.of(entries);
  }

  private static boolean isEntry(String entry) {
    int slash = entry.indexOf('/');
    String address = slash < 0 ? entry : entry.substring(0, slash);
    if (IPV4.matcher(address).matches()) {
      return slash < 0 || isLength(entry.substring(slash + 1), IPV4_BITS);
    }
    if (IPV6.matcher(address).matches()) {
      return isIpv6(address) && (slash < 0 || isLength(entry.substring(slash + 1), IPV6_BITS));
    }
    return NAME.matcher(entry).matches() && !DIGITS_AND_DOTS.matcher(entry).matches();
  }

  /** Nothing is looked up: an address in brackets is read or refused. */
  private static boolean isIpv6(String address) {
    try {
      return new URI("http://[" + address + "]").parseServerAuthority().getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isLength(String bits, int most) {
    return bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most;
  }

  private static Optional<InetSocketAddress> proxy(String text) {
    Matcher address = PROXY.matcher(text);
    if (!address.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(address.group("port"));
    return port == 0 || port > LARGEST_PORT
        ? Optional.empty()
        : Optional.of(InetSocketAddress.createUnresolved(address.group("host"), port));
  }
}
