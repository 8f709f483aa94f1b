package io.tinyscale.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the store is.
 *
 * @param kind how it is reached
 * @param hosts of the store, or of the sentinels that know it; at least one
 * @param user empty if the store asks for a password alone, or for nothing
 * @param password null if the store asks for none
 * @param database its number
 * @param master what sentinels call the store; empty without sentinels
 */
public record StoreAddress(
    Kind kind,
    List<Host> hosts,
    String user,
    @Nullable Password password,
    int database,
    String master) {

  /** How a store is reached. */
  public enum Kind {
    /** Over TCP. */
    PLAIN("redis", 6379),
    /** Over TLS. */
    TLS("rediss", 6379),
    /** Sentinels tell where it is. */
    SENTINEL("redis-sentinel", 26379);

    private final String scheme;
    private final int port;

    Kind(String scheme, int port) {
      this.scheme = scheme;
      this.port = port;
    }
  }

  /**
   * A host with its port.
   *
   * @param name or address; an IPv6 address without brackets
   */
  public record Host(String name, int port) {
    @Override
    public String toString() {
      return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
  }

  /** A password, which does not print. */
  public record Password(String text) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /** What an address looks like, for messages. */
  static final String EXPECTED =
      "redis://[user:password@]host[:port][/db], rediss://... or redis-sentinel://host,host/name";

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?<scheme>redis|rediss|redis-sentinel)://((?<user>[^:@/]*):(?<password>[^@/]*)@)?"
              + "(?<hosts>[^@/?#]+)(/(?<path>[A-Za-z0-9._-]*))?");

  private static final Pattern HOST =
      Pattern.compile("(?<name>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(?<port>[0-9]{1,5}))?");

  private static final Pattern DATABASE = Pattern.compile("[0-9]{1,4}");
  private static final int LARGEST_PORT = 65535;

  /** Copies the list. */
  public StoreAddress {
    hosts = List.copyOf(hosts);
  }

  /** Reads an address as an operator writes it; empty if it is none. */
  public static Optional<StoreAddress> parse(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Kind kind =
        switch (matcher.group("scheme")) {
          case "redis" -> Kind.PLAIN;
          case "rediss" -> Kind.TLS;
          default -> Kind.SENTINEL;
        };
    Optional<List<Host>> hosts = hosts(matcher.group("hosts"), kind.port);
    String path = Optional.ofNullable(matcher.group("path")).orElse("");
    boolean isPathRight =
        kind == Kind.SENTINEL
            ? !path.isEmpty()
            : path.isEmpty() || DATABASE.matcher(path).matches();
    if (hosts.isEmpty() || !isPathRight || kind != Kind.SENTINEL && hosts.get().size() > 1) {
      return Optional.empty();
    }
    try {
      String user = decoded(matcher.group("user"));
      String password = decoded(matcher.group("password"));
      return Optional.of(
          new StoreAddress(
              kind,
              hosts.get(),
              user,
              password.isEmpty() ? null : new Password(password),
              kind == Kind.SENTINEL || path.isEmpty() ? 0 : Integer.parseInt(path),
              kind == Kind.SENTINEL ? path : ""));
    } catch (IllegalArgumentException badEscape) {
      return Optional.empty();
    }
  }

  private static Optional<List<Host>> hosts(String text, int usualPort) {
    List<Host> hosts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = HOST.matcher(part);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String port = matcher.group("port");
      int number = port == null ? usualPort : Integer.parseInt(port);
      if (number < 1 || number > LARGEST_PORT) {
        return Optional.empty();
      }
      hosts.add(new Host(matcher.group("name").replaceAll("[\\[\\]]", ""), number));
    }
    return Optional.of(hosts);
  }

  private static String decoded(@Nullable String text) {
    // In an address a plus sign is a plus sign.
    return text == null ? "" : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The address without user and password. */
  @Override
  public String toString() {
    String path = kind == Kind.SENTINEL ? master : Integer.toString(database);
    return kind.scheme
        + "://"
        + hosts.stream().map(Host::toString).collect(Collectors.joining(","))
        + "/"
        + path;
  }
}
