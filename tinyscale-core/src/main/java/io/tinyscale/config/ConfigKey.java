package io.tinyscale.config;

import java.util.Locale;
import java.util.Optional;

/**
 * The catalogue of the configuration keys. One rule gives every other name of a key: {@code
 * health.interval} is {@code TINYSCALE_HEALTH_INTERVAL} in the environment and {@code
 * tinyscale.health.interval} as a system property, context parameter or filter init parameter.
 *
 * <p>A new key is a constant here, and a component of its feature's section, such as {@code
 * HealthSettings} in {@code io.tinyscale.health}: its check in the constructor, its reading in
 * {@code read}. {@code TinyscaleConfig} in {@code io.tinyscale.balancer} lists the sections. The
 * help text and the table in the README follow the constants; tests hold them to it.
 */
public enum ConfigKey {
  /** What front ends sign with. */
  SECRET("secret", "", "front ends' secret; several separated by blanks: any of them verifies"),
  /** The same in a file. */
  SECRET_FILE("secret.file", "", "file with the secret, instead of `secret`"),
  /** The pool file. */
  SERVERS("servers", "servers.json", "path of the pool file"),
  /** Which calls move the cursor. */
  STRICT("strict", "false", "only `create` moves the round-robin cursor"),
  /** The policy. */
  PLACEMENT(
      "placement",
      "round-robin",
      "policy for new meetings: round-robin, or the class of one in a jar"),
  /** What a dead server at the start means. */
  STARTUP_CHECK(
      "startup.check", "abort", "a server is down at the start: abort, or warn and go on"),
  /** What front ends may sign with. */
  CHECKSUM_ALGORITHMS(
      "checksum.algorithms", "sha1,sha256,sha384,sha512", "accepted from front ends"),
  /** Bodies that no checksum covers. */
  BODY_UNSIGNED(
      "body.unsigned", "accept", "bodies that the checksum does not cover: accept, or refuse"),
  /** Reuse of answers. */
  CACHE_TTL("cache.ttl", "1s", "how long an answer serves equal reads; 0: not at all"),
  /** Time between two probes of a server. */
  HEALTH_INTERVAL("health.interval", "10s", "time between two probes of a server"),
  /** How long a probe may take. */
  HEALTH_TIMEOUT("health.timeout", "5s", "how long a probe may take"),
  /** Failures that take a server out. */
  HEALTH_UNHEALTHY("health.unhealthy", "2", "failures in a row that take a server out"),
  /** Passes that bring it back. */
  HEALTH_HEALTHY("health.healthy", "2", "passes in a row that bring a server back"),
  /** To open a connection. */
  TIMEOUT_CONNECT("timeout.connect", "2s", "to open a connection to a server"),
  /** For an answer. */
  TIMEOUT_ANSWER("timeout.answer", "8s", "for a server's answer"),
  /** For an answer to the slow calls. */
  TIMEOUT_CREATE("timeout.create", "30s", "for the answer to create and insertDocument, once sent"),
  /** For merged lists. */
  TIMEOUT_LIST("timeout.list", "5s", "for a list of all servers; late servers are left out"),
  /** More trust. */
  TLS_CA("tls.ca", "", "PEM file of CAs trusted for https servers beside the JVM's own"),
  /** Largest body. */
  LIMIT_BODY("limit.body", "64MiB", "largest body of a request"),
  /** Largest query. */
  LIMIT_QUERY("limit.query", "64KiB", "longest query of a request"),
  /** Calls at a time. */
  LIMIT_CALLS("limit.calls", "5000", "most calls answered at the same time"),
  /** The same, to one server. */
  LIMIT_CALLS_SERVER("limit.calls.server", "2000", "most calls to one server at the same time"),
  /** Memory for what comes before a checksum is known. */
  LIMIT_HELD(
      "limit.held",
      "an eighth of the heap",
      "most memory for forms whose checksum is not known yet, all callers together");

  static final String PROPERTY_PREFIX = "tinyscale.";
  static final String VARIABLE_PREFIX = "TINYSCALE_";

  private final String key;
  private final String defaultText;
  private final String meaning;

  ConfigKey(String key, String defaultText, String meaning) {
    this.key = key;
    this.defaultText = defaultText;
    this.meaning = meaning;
  }

  /** The name in documentation and messages, such as {@code health.interval}. */
  public String key() {
    return key;
  }

  /** As a system property, context parameter or filter init parameter. */
  public String property() {
    return PROPERTY_PREFIX + key;
  }

  /** As an environment variable. */
  public String variable() {
    return VARIABLE_PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The default as an operator would write it; empty if the key has none. */
  public Optional<String> defaultText() {
    return defaultText.isEmpty() ? Optional.empty() : Optional.of(defaultText);
  }

  /** What it does, in one line. */
  public String meaning() {
    return meaning;
  }

  /** The same as {@link #key()}. */
  @Override
  public String toString() {
    return key;
  }
}
