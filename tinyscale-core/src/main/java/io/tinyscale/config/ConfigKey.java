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
 * help text and the table in docs/configuration.md follow the constants; tests hold them to it.
 */
public enum ConfigKey {
  /** The secret that front ends sign with. */
  SECRET("secret", "", "the secret of the front ends, or several secrets separated by blanks"),
  /** A file that holds the secret. */
  SECRET_FILE("secret.file", "", "file with the secret, instead of `secret`"),
  /** The pool file. */
  SERVERS("servers", "servers.json", "path of the pool file"),
  /** Which calls move the round-robin cursor. */
  STRICT("strict", "false", "only `create` moves the round-robin cursor"),
  /** The placement policy. */
  PLACEMENT(
      "placement",
      "round-robin",
      "policy for new meetings: round-robin, expected-load, or the name of a policy's class in a"
          + " jar"),
  /** What expected-load assumes of a meeting that nobody knows. */
  PLACEMENT_RESERVE(
      "placement.reserve",
      "30",
      "expected-load: the size of a new meeting that nobody knows, in users"),
  /** How long expected-load takes a meeting for young. */
  PLACEMENT_SETTLE(
      "placement.settle", "20m", "expected-load: how long a meeting grows after its create"),
  /** What expected-load takes a camera for. */
  PLACEMENT_VIDEO(
      "placement.video",
      "0.2",
      "expected-load: what each camera on a page costs for each user; 0 counts users only"),
  /** What expected-load remembers over a restart. */
  PLACEMENT_HISTORY(
      "placement.history",
      "",
      "expected-load: file for the sizes of earlier meetings; without it a restart forgets them"),
  /** Whether tinyscale starts while a server is down. */
  STARTUP_CHECK(
      "startup.check",
      "abort",
      "when a server is down at the start: abort, or warn and start with the others"),
  /** The hash algorithms that front ends may sign with. */
  CHECKSUM_ALGORITHMS(
      "checksum.algorithms",
      "sha1,sha256,sha384,sha512",
      "hash algorithms that front ends may sign with"),
  /** Whether a body that the checksum does not cover is accepted. */
  BODY_UNSIGNED(
      "body.unsigned", "accept", "bodies that the checksum does not cover: accept, or refuse"),
  /** How long answers are reused. */
  CACHE_TTL("cache.ttl", "1s", "how long an answer is kept for equal reads; 0 keeps none"),
  /** Time between two sweeps of a server. */
  HEALTH_INTERVAL("health.interval", "10s", "time between two sweeps of a server"),
  /** How long a sweep may take. */
  HEALTH_TIMEOUT(
      "health.timeout", "5s, at most half of health.interval", "how long a sweep may take"),
  /** Failures in a row that take a server out. */
  HEALTH_UNHEALTHY(
      "health.unhealthy",
      "2",
      "failed checks in a row that take a server out, after 3 s without an answer"),
  /** Passed sweeps in a row that bring a server back. */
  HEALTH_HEALTHY("health.healthy", "2", "passed checks in a row that bring a server back"),
  /** How many balancers make meetings on the servers. */
  BALANCERS(
      "balancers",
      "auto",
      "whether others make meetings on the servers, too: auto finds out, one if not, several if so"),
  /** What the others call this balancer. */
  BALANCERS_ID(
      "balancers.id",
      "",
      "what the other balancers call this one; without it the machine's name, in the executable with"
          + " the port"),
  /** The store that balancers share. */
  BALANCERS_STORE(
      "balancers.store",
      "",
      "address of the Redis or Valkey that all balancers share:"
          + " redis://[user:password@]host[:port][/db], rediss://... or"
          + " redis-sentinel://host,host/name; means balancers=several"),
  /** A file that holds the address of the store. */
  BALANCERS_STORE_FILE(
      "balancers.store.file", "", "file with that address in its only line, for a password in it"),
  /** How long the store remembers where a meeting goes. */
  BALANCERS_STORE_TTL(
      "balancers.store.ttl",
      "10m",
      "how long the store remembers after a create where its meeting goes"),
  /** How long a create waits for the store. */
  BALANCERS_STORE_TIMEOUT(
      "balancers.store.timeout", "200ms", "how long a create waits for the store; then it goes on"),
  /** What creates do without the store. */
  BALANCERS_STORE_DOWN(
      "balancers.store.down",
      "degrade",
      "what creates of unknown meetings do without the store: degrade, and ask all servers instead, or"
          + " refuse"),
  /** How long a silent server's meetings are not made anew. */
  MEETING_PATIENCE(
      "meeting.patience",
      "20s",
      "how long a server that may have people in a meeting must be silent before the meeting is made"
          + " anew"),
  /** Time to open a connection. */
  TIMEOUT_CONNECT("timeout.connect", "2s", "time to open a connection to a server"),
  /** Time for an answer. */
  TIMEOUT_ANSWER("timeout.answer", "8s", "time for a server's answer"),
  /** Time for the answer to a slow call. */
  TIMEOUT_CREATE(
      "timeout.create",
      "30s",
      "time for the answer to create and to calls with a body; the upload does not count"),
  /** Time for a merged list. */
  TIMEOUT_LIST("timeout.list", "5s", "time for a list of all servers; late servers are left out"),
  /** Time for a list of recordings, which is long. */
  TIMEOUT_RECORDINGS("timeout.recordings", "20s", "the same for a list of recordings"),
  /** Certificate authorities to trust in addition to the JVM's. */
  TLS_CA("tls.ca", "", "PEM file of CAs to trust for https servers, in addition to the JVM's"),
  /** Where servers reach this balancer with their callbacks. */
  RELAY_URL(
      "relay.url",
      "",
      "public address of tinyscale as the BBB servers reach it, with its context path; switches the"
          + " relay of callbacks on"),
  /** Where callbacks wait. */
  RELAY_SPOOL(
      "relay.spool",
      "",
      "directory for callbacks that wait; without it they wait in memory, and a restart loses them"),
  /** Where callbacks may go. */
  RELAY_ALLOW(
      "relay.allow",
      "public",
      "where callbacks may go: public, names of hosts, *.domain, addresses, ranges such as"
          + " 10.20.0.0/16"),
  /** How long a callback is tried. */
  RELAY_KEEP("relay.keep", "24h", "how long tinyscale tries to deliver a callback"),
  /** The proxy for callbacks. */
  RELAY_PROXY(
      "relay.proxy",
      "the JVM's",
      "HTTP proxy for callbacks and webhooks, such as http://proxy.example.org:3128"),
  /** The largest body. */
  LIMIT_BODY("limit.body", "64MiB", "largest body of a request"),
  /** The longest query. */
  LIMIT_QUERY("limit.query", "64KiB", "longest query of a request"),
  /** The most calls at the same time. */
  LIMIT_CALLS("limit.calls", "5000", "most calls answered at the same time"),
  /** The most calls to one server at the same time. */
  LIMIT_CALLS_SERVER("limit.calls.server", "2000", "most calls to one server at the same time"),
  /** The most meetings that are remembered. */
  LIMIT_MEETINGS(
      "limit.meetings",
      "50000",
      "most meetings that are remembered at the same time, on all servers together"),
  /** Memory for requests whose checksum is not verified yet. */
  LIMIT_HELD(
      "limit.held",
      "an eighth of the heap",
      "most memory for all forms whose checksum is not verified yet, in the executable for all heads"
          + " of requests, too"),
  /** Proxies whose word about a request counts. */
  PROXY_TRUSTED(
      "proxy.trusted",
      "127.0.0.0/8,::1",
      "addresses and ranges of the proxies whose X-Request-ID and traceparent count, or none"),
  /** Which calls are logged. */
  LOG_CALLS("log.calls", "failed", "which calls of front ends are logged: off, failed or all"),
  /** From when on a call is slow. */
  LOG_SLOW(
      "log.slow", "5s", "calls that take longer are logged, too, unless log.calls is off; 0: none"),
  /** The address of the executable. */
  HOST("host", "all addresses", "name or address that the executable listens on; `--host` wins"),
  /** The level of the executable's log. */
  LOG_LEVEL("log.level", "info", "what the executable logs: error, warn, info or debug"),
  /** How the executable writes its log. */
  LOG_FORMAT(
      "log.format", "text", "the executable's log: text, or json with one object in each line"),
  /** How long the executable still takes calls once it was told to stop. */
  STOP_WAIT(
      "stop.wait",
      "0",
      "how long the executable still takes new calls after it was told to stop, while"
          + " `/health/ready` says 503"),
  /** Where the executable's admin door listens. */
  ADMIN_LISTEN(
      "admin.listen",
      "127.0.0.1:3006",
      "where the executable's admin door listens: address:port, a port, or off"),
  /** Where the admin door is in a web application. */
  ADMIN_PATH(
      "admin.path",
      "",
      "in a container: path of the admin door below the context, such as /tinyscale; without it there"
          + " is no door"),
  /** One token with every right. */
  ADMIN_TOKEN(
      "admin.token", "", "token for the admin door with every right; a file of tokens is better"),
  /** The file of tokens. */
  ADMIN_TOKENS_FILE(
      "admin.tokens.file",
      "",
      "file with tokens for the admin door: in each line a name, a scope (read, operate or admin), and"
          + " a token or its hash"),
  /** Names under which the door is reached. */
  ADMIN_HOSTS(
      "admin.hosts",
      "",
      "names of hosts under which the admin door is reached, separated by commas"),
  /** Who may read metrics. */
  METRICS_ACCESS(
      "metrics.access",
      "local",
      "who may read metrics at the admin door: local (this machine, not through a proxy), token, or"
          + " open");

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
