package io.tinyscale.config;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.TinyscaleConfig.Health;
import io.tinyscale.config.TinyscaleConfig.Limits;
import io.tinyscale.config.TinyscaleConfig.StartupCheck;
import io.tinyscale.config.TinyscaleConfig.Timeouts;
import io.tinyscale.tenant.UnsignedBodies;
import java.io.ByteArrayInputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One reading of the configuration: takes values from the sources and gathers problems. A bad value
 * is noted and replaced by its default so that the reading goes on; nothing leaves it then.
 */
final class ConfigValues {

  private static final int MOST_SECRET_BYTES = 64 << 10;
  private static final int MOST_CA_BYTES = 4 << 20;
  private static final String DURATION = "a number with its unit, such as 500ms, 20s or 2m";
  private static final String SIZE = "a number with its unit, such as 64KiB or 64MiB";

  /** What Kubernetes and Docker set for a service that is called tinyscale, too. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "TINYSCALE_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_.+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?)");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private static final Pattern CLASS_NAME = Pattern.compile("[\\w$]+(\\.[\\w$]+)+");

  private final List<ConfigSource> sources;
  private final List<Problem> problems = new ArrayList<>();
  private final Set<ConfigKey> bad = EnumSet.noneOf(ConfigKey.class);

  ConfigValues(List<ConfigSource> sources) {
    this.sources = List.copyOf(sources);
  }

  TinyscaleConfig read() {
    sources.forEach(this::refuseUnknownKeys);
    List<Secret> secrets = secrets();
    Path serversFile = path(ConfigKey.SERVERS).orElse(Path.of(""));
    PoolFile.Content pool = pool(serversFile);
    boolean strict = value(ConfigKey.STRICT, ConfigValues::bool, "true or false");
    String placement =
        value(
            ConfigKey.PLACEMENT, ConfigValues::policy, "round-robin, or the full name of a class");
    StartupCheck startupCheck = choice(ConfigKey.STARTUP_CHECK, StartupCheck.values());
    Set<ChecksumAlgorithm> algorithms =
        value(
            ConfigKey.CHECKSUM_ALGORITHMS,
            ConfigValues::algorithms,
            "a list with commas of " + list(ChecksumAlgorithm.values()));
    UnsignedBodies unsignedBodies = choice(ConfigKey.BODY_UNSIGNED, UnsignedBodies.values());
    Duration cacheTtl = duration(ConfigKey.CACHE_TTL, Duration.ZERO);
    Duration interval = duration(ConfigKey.HEALTH_INTERVAL);
    Duration probeTimeout = duration(ConfigKey.HEALTH_TIMEOUT);
    int unhealthy = threshold(ConfigKey.HEALTH_UNHEALTHY);
    int healthy = threshold(ConfigKey.HEALTH_HEALTHY);
    Optional<Health> health =
        related(
            () -> new Health(interval, probeTimeout, unhealthy, healthy),
            ConfigKey.HEALTH_INTERVAL,
            ConfigKey.HEALTH_TIMEOUT);
    Duration connect = duration(ConfigKey.TIMEOUT_CONNECT);
    Duration answer = duration(ConfigKey.TIMEOUT_ANSWER);
    Duration create = duration(ConfigKey.TIMEOUT_CREATE);
    Duration listTimeout = duration(ConfigKey.TIMEOUT_LIST);
    Optional<Timeouts> timeouts =
        related(
            () -> new Timeouts(connect, answer, create, listTimeout),
            ConfigKey.TIMEOUT_CONNECT,
            ConfigKey.TIMEOUT_ANSWER,
            ConfigKey.TIMEOUT_CREATE);
    Optional<Path> tlsCa = path(ConfigKey.TLS_CA).filter(this::holdsCertificates);
    long body = value(ConfigKey.LIMIT_BODY, Units::bytes, SIZE, Checks::bodyLimit);
    long query = value(ConfigKey.LIMIT_QUERY, Units::bytes, SIZE, Checks::queryLimit);
    int calls = callLimit(ConfigKey.LIMIT_CALLS);
    int callsPerServer = callLimit(ConfigKey.LIMIT_CALLS_SERVER);

    Checks.refuse(problems);
    return new TinyscaleConfig(
        secrets,
        serversFile,
        pool.servers(),
        pool.warnings(),
        strict,
        placement,
        startupCheck,
        algorithms,
        unsignedBodies,
        cacheTtl,
        health.orElseThrow(),
        timeouts.orElseThrow(),
        new Limits(body, Math.toIntExact(query), calls, callsPerServer),
        tlsCa.orElse(null));
  }

  private void refuseUnknownKeys(ConfigSource source) {
    List<String> known = Arrays.stream(ConfigKey.values()).map(source::nameOf).toList();
    source
        .values()
        .forEach(
            (name, value) -> {
              if (!known.contains(name) && !isServiceLink(source, name, value)) {
                // The value stays out: it may be a secret under a mistyped name.
                problems.add(
                    new Problem(name, "unknown key", source.toString(), "", fixFor(name, known)));
              }
            });
  }

  private static boolean isServiceLink(ConfigSource source, String name, String value) {
    return source.isEnvironment()
        && (SERVICE_LINK.matcher(name).matches()
            || name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
  }

  private static String fixFor(String name, List<String> known) {
    if (name.equalsIgnoreCase("tinyscale.port") || name.equalsIgnoreCase("TINYSCALE_PORT")) {
      return "The port is PORT in the environment, or --port, of the executable WAR alone.";
    }
    // Without the prefix, which would make everything look alike.
    int prefix = ConfigKey.PROPERTY_PREFIX.length();
    List<String> shorts = known.stream().map(key -> key.substring(prefix)).toList();
    return Spelling.nearest(name.substring(prefix), shorts)
        .map(meant -> "Did you mean " + name.substring(0, prefix) + meant + "?")
        .orElse("Remove it; `--help` lists the keys.");
  }

  private List<Secret> secrets() {
    for (ConfigSource source : sources) {
      Optional<String> text = source.value(ConfigKey.SECRET);
      Optional<String> file = source.value(ConfigKey.SECRET_FILE);
      if (text.isPresent() && file.isPresent()) {
        problems.add(
            new Problem(
                "secret",
                "given beside secret.file",
                source.toString(),
                "one of the two",
                "Remove " + source.nameOf(ConfigKey.SECRET) + " or the other one."));
        return List.of();
      }
      if (text.isPresent()) {
        return secrets(ConfigKey.SECRET, text.get(), source.placeOf(ConfigKey.SECRET));
      }
      if (file.isPresent()) {
        return path(ConfigKey.SECRET_FILE).map(this::secretsIn).orElse(List.of());
      }
    }
    problems.add(
        Problem.of(
            "secret",
            "missing",
            "the secret that front ends sign with",
            "Set TINYSCALE_SECRET in the environment, tinyscale.secret as a parameter or property,"
                + " or secret.file; `openssl rand -hex 32` makes a good one."));
    return List.of();
  }

  private List<Secret> secretsIn(Path file) {
    try {
      return secrets(
          ConfigKey.SECRET_FILE, SmallFile.text(file, MOST_SECRET_BYTES), file.toString());
    } catch (SmallFile.UnreadableException e) {
      unreadable(ConfigKey.SECRET_FILE, file, e);
      return List.of();
    }
  }

  private List<Secret> secrets(ConfigKey key, String text, String place) {
    if (text.isBlank()) {
      problems.add(
          new Problem(
              key.key(),
              "empty",
              place,
              "the secret that front ends sign with",
              "Put it there; `openssl rand -hex 32` makes a good one."));
      return List.of();
    }
    Set<String> secrets = new LinkedHashSet<>(List.of(text.strip().split("\\s+")));
    if (!secrets.stream().allMatch(SecretText::isClean)) {
      problems.add(new Problem(key.key(), "***", place, SecretText.EXPECTED, SecretText.FIX));
      return List.of();
    }
    return secrets.stream().map(Secret::of).toList();
  }

  private PoolFile.Content pool(Path file) {
    if (!bad.contains(ConfigKey.SERVERS)) {
      try {
        return PoolFile.read(file);
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    return new PoolFile.Content(List.of(), List.of());
  }

  private boolean holdsCertificates(Path file) {
    String found;
    try {
      byte[] pem = SmallFile.bytes(file, MOST_CA_BYTES);
      if (!CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .isEmpty()) {
        return true;
      }
      found = "no certificate";
    } catch (SmallFile.UnreadableException e) {
      unreadable(ConfigKey.TLS_CA, file, e);
      return false;
    } catch (CertificateException e) {
      found = "not a PEM file of certificates";
    }
    problems.add(
        new Problem(
            ConfigKey.TLS_CA.key(),
            found,
            file.toString(),
            "one or more blocks of BEGIN CERTIFICATE",
            "Export the CA's certificate as PEM."));
    return false;
  }

  private void unreadable(ConfigKey key, Path file, SmallFile.UnreadableException why) {
    problems.add(
        Problem.of(
            key.key(),
            file.toString(),
            "a readable file, but it is: " + why.getMessage(),
            "Correct the path or the file's permissions."));
  }

  /** The path a key gives, absolute; empty if it gives none. */
  private Optional<Path> path(ConfigKey key) {
    Optional<Given> given = given(key);
    String text = given.map(Given::text).or(key::defaultText).orElse("");
    if (given.isEmpty() && text.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (!text.isBlank()) {
        return Optional.of(Path.of(text).toAbsolutePath().normalize());
      }
    } catch (InvalidPathException e) {
      // The same problem as a blank one.
    }
    wrong(key, given, text, "the path of a file");
    return Optional.empty();
  }

  private Duration duration(ConfigKey key) {
    return value(key, Units::duration, DURATION, value -> Checks.duration(key, value));
  }

  private Duration duration(ConfigKey key, Duration least) {
    return value(key, Units::duration, DURATION, value -> Checks.duration(key, value, least));
  }

  private int threshold(ConfigKey key) {
    return number(key, value -> Checks.threshold(key, value));
  }

  private int callLimit(ConfigKey key) {
    return number(key, value -> Checks.callLimit(key, value));
  }

  private int number(ConfigKey key, Function<Long, Optional<Problem>> check) {
    Function<String, Optional<Long>> parser =
        text -> text.matches("[0-9]{1,9}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    return value(key, parser, "a whole number", check).intValue();
  }

  private <E extends Enum<E>> E choice(ConfigKey key, E[] choices) {
    return value(
        key,
        text -> Arrays.stream(choices).filter(choice -> choice.toString().equals(text)).findFirst(),
        list(choices));
  }

  private <T> T value(ConfigKey key, Function<String, Optional<T>> parser, String expected) {
    return value(key, parser, expected, value -> Optional.empty());
  }

  private <T> T value(
      ConfigKey key,
      Function<String, Optional<T>> parser,
      String expected,
      Function<T, Optional<Problem>> check) {
    Optional<Given> given = given(key);
    T fallback = parser.apply(key.defaultText().orElseThrow()).orElseThrow();
    if (given.isEmpty()) {
      return fallback;
    }
    String text = given.get().text().strip();
    Optional<T> value = parser.apply(text);
    if (value.isEmpty()) {
      wrong(key, given, text, expected);
      return fallback;
    }
    Optional<Problem> outside = check.apply(value.get());
    if (outside.isPresent()) {
      Problem problem = outside.get();
      bad.add(key);
      problems.add(
          new Problem(problem.key(), text, given.get().place(), problem.expected(), problem.fix()));
      return fallback;
    }
    return value.get();
  }

  private void wrong(ConfigKey key, Optional<Given> given, String text, String expected) {
    bad.add(key);
    String fix =
        key.defaultText()
            .map(usual -> "Correct it, or remove it for the default, " + usual + ".")
            .orElse("Correct or remove it.");
    problems.add(
        new Problem(
            key.key(),
            text.isBlank() ? "empty" : text,
            given.map(Given::place).orElse(""),
            expected,
            fix));
  }

  /** A part whose values are checked against each other, unless one of them is bad by itself. */
  private <T> Optional<T> related(Supplier<T> part, ConfigKey... keys) {
    if (Stream.of(keys).anyMatch(bad::contains)) {
      return Optional.empty();
    }
    try {
      return Optional.of(part.get());
    } catch (ConfigException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  private Optional<Given> given(ConfigKey key) {
    for (ConfigSource source : sources) {
      Optional<String> text = source.value(key);
      if (text.isPresent()) {
        return Optional.of(new Given(text.get(), source.placeOf(key)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Boolean> bool(String text) {
    return text.equals("true") || text.equals("false")
        ? Optional.of(Boolean.valueOf(text))
        : Optional.empty();
  }

  /** Whether a class of this name is there is found out when it is loaded. */
  private static Optional<String> policy(String text) {
    return text.equals(ConfigKey.PLACEMENT.defaultText().orElseThrow())
            || CLASS_NAME.matcher(text).matches()
        ? Optional.of(text)
        : Optional.empty();
  }

  private static Optional<Set<ChecksumAlgorithm>> algorithms(String text) {
    Set<ChecksumAlgorithm> algorithms = EnumSet.noneOf(ChecksumAlgorithm.class);
    for (String name : text.split(",", -1)) {
      Optional<ChecksumAlgorithm> algorithm = ChecksumAlgorithm.named(name.strip());
      if (algorithm.isEmpty()) {
        return Optional.empty();
      }
      algorithms.add(algorithm.get());
    }
    return Optional.of(algorithms);
  }

  private static String list(Object[] choices) {
    return Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", "));
  }

  /** A value as somebody wrote it, and where. */
  private record Given(String text, String place) {}
}
