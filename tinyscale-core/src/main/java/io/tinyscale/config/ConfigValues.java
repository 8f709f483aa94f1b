package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Finding;
import io.tinyscale.config.ConfigException.Problem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One reading of the configuration: takes values from the sources by key and gathers all problems.
 * A value that cannot be read is noted and replaced by its default, so that the reading goes on;
 * {@link #refuseProblems} ends it. Not thread-safe.
 */
public final class ConfigValues {

  private static final int LONGEST_SECRET_LINE = 1 << 12;
  private static final String DURATION = "a number with its unit, such as 500ms, 20s or 2m";
  private static final String SIZE = "a number with its unit, such as 64KiB or 64MiB";

  /** What Kubernetes and Docker set for a service that is called tinyscale, too. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "TINYSCALE_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_.+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?)");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private static final Pattern USER = Pattern.compile("(?s)^([A-Za-z][A-Za-z0-9+.-]*://)?.*@");

  private final List<ConfigSource> sources;

  /** Unknown keys, and problems that are about no key. */
  private final List<Problem> general = new ArrayList<>();

  /** In the order of the catalogue, whichever section is read first. */
  private final Map<ConfigKey, List<Problem>> problems = new EnumMap<>(ConfigKey.class);

  /**
   * A reading of these sources. Unknown keys in them are problems.
   *
   * @param sources where settings come from, the most specific first
   */
  public ConfigValues(List<ConfigSource> sources) {
    this.sources = List.copyOf(sources);
    this.sources.forEach(this::refuseUnknownKeys);
  }

  /** A reading of the defaults. */
  public static ConfigValues defaults() {
    return new ConfigValues(List.of());
  }

  /**
   * Reads a section.
   *
   * @return empty if the section's checks found a problem; then {@link #refuseProblems} throws
   */
  public <S> Optional<S> section(Function<ConfigValues, S> reader) {
    try {
      return Optional.of(reader.apply(this));
    } catch (ConfigException e) {
      note(e);
      return Optional.empty();
    }
  }

  /** Runs a check of values that were read, such as how two sections relate. */
  public void check(Runnable check) {
    try {
      check.run();
    } catch (ConfigException e) {
      note(e);
    }
  }

  /** Throws a {@link ConfigException} with all problems of the sources and sections, if any. */
  public void refuseProblems() {
    List<Problem> all = new ArrayList<>(general);
    problems.values().forEach(all::addAll);
    if (!all.isEmpty()) {
      throw new ConfigException(all);
    }
  }

  /** Notes what checks found, except about values that were replaced by their defaults. */
  private void note(ConfigException e) {
    List<Finding> judged =
        e.findings().stream()
            .filter(finding -> finding.keys().stream().noneMatch(problems::containsKey))
            .toList();
    for (Finding finding : judged) {
      List<ConfigKey> keys =
          finding.keys().stream().filter(key -> key.key().equals(finding.problem().key())).toList();
      if (keys.isEmpty()) {
        general.add(finding.problem());
      } else if (finding.keys().size() == 1) {
        problem(keys.get(0), asGiven(keys.get(0), finding.problem()));
      } else {
        problem(keys.get(0), finding.problem());
      }
    }
  }

  /** The problem with the value as an operator wrote it, unless the value must not be shown. */
  private Problem asGiven(ConfigKey key, Problem problem) {
    return given(key)
        .filter(given -> !problem.value().equals(SecretText.HIDDEN))
        .map(
            given ->
                new Problem(
                    problem.key(),
                    given.text().isBlank() ? "empty" : withoutUser(given.text().strip()),
                    given.place(),
                    problem.expected(),
                    problem.fix()))
        .orElse(problem);
  }

  private void refuseUnknownKeys(ConfigSource source) {
    List<String> known =
        Stream.concat(
                Arrays.stream(ConfigKey.values()).map(source::nameOf),
                Arrays.stream(CommandVariable.values())
                    .filter(variable -> source.isEnvironment())
                    .map(CommandVariable::variable))
            .toList();
    source
        .values()
        .forEach(
            (name, value) -> {
              if (!known.contains(name) && !isServiceLink(source, name, value)) {
                // The value stays out: it may be a secret under a mistyped name.
                general.add(
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

  List<ConfigSource> sources() {
    return sources;
  }

  /** Whether the reading has found a problem with the value of a key. */
  boolean isBad(ConfigKey key) {
    return problems.containsKey(key);
  }

  /** Notes a problem with the value of a key. */
  public void problem(ConfigKey key, Problem problem) {
    problems.computeIfAbsent(key, first -> new ArrayList<>()).add(problem);
  }

  void unreadable(ConfigKey key, Path file, SmallFile.UnreadableException why) {
    problem(
        key,
        Problem.of(
            key.key(),
            file.toString(),
            "a readable file, but it is: " + why.getMessage(),
            "Correct the path or the file's permissions."));
  }

  /** The path of a file, absolute; empty if the key gives none. */
  public Optional<Path> path(ConfigKey key) {
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

  /**
   * The only line of a file that holds a secret; empty if the key gives no file, or the file cannot
   * be read, which is a problem then.
   *
   * @param warnings takes one if other users of the machine may read the file
   */
  public Optional<String> secretLine(ConfigKey key, List<String> warnings) {
    Optional<Path> file = path(key);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      SmallFile.exposure(key, file.get()).ifPresent(warnings::add);
      return Optional.of(SmallFile.text(file.get(), LONGEST_SECRET_LINE).strip());
    } catch (SmallFile.UnreadableException e) {
      unreadable(key, file.get(), e);
      return Optional.empty();
    }
  }

  /** A duration, with its unit. */
  public Duration duration(ConfigKey key) {
    return value(key, Units::duration, DURATION);
  }

  /** A duration, with its unit, where the default is not a constant. */
  public Duration duration(ConfigKey key, Duration usual) {
    return value(key, Units::duration, DURATION, usual);
  }

  /** A number of bytes, with its unit. */
  public long size(ConfigKey key) {
    return value(key, Units::bytes, SIZE);
  }

  /** A number of bytes, with its unit, where the default is not a constant. */
  public long size(ConfigKey key, long usual) {
    return value(key, Units::bytes, SIZE, usual);
  }

  /** A whole number, not negative, of at most nine digits. */
  public int number(ConfigKey key) {
    return value(
        key,
        text -> text.matches("[0-9]{1,9}") ? Optional.of(Integer.valueOf(text)) : Optional.empty(),
        "a whole number");
  }

  /** {@code true} or {@code false}. */
  public boolean flag(ConfigKey key) {
    return value(key, ConfigValues::flag, "true or false");
  }

  private static Optional<Boolean> flag(String text) {
    return text.equals("true") || text.equals("false")
        ? Optional.of(Boolean.valueOf(text))
        : Optional.empty();
  }

  /** One of these, by its {@code toString()}. */
  public <E extends Enum<E>> E choice(ConfigKey key, E[] choices) {
    return value(
        key,
        text -> Arrays.stream(choices).filter(choice -> choice.toString().equals(text)).findFirst(),
        Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", ")));
  }

  /**
   * A value of any other kind. The key must have a default.
   *
   * @param parser makes a value of a text; empty if it cannot
   * @param expected what the value should be, for the message
   */
  public <T> T value(ConfigKey key, Function<String, Optional<T>> parser, String expected) {
    return given(key, parser, expected)
        .orElseGet(() -> parser.apply(key.defaultText().orElseThrow()).orElseThrow());
  }

  /** Like the other, where the default is not a constant. */
  public <T> T value(
      ConfigKey key, Function<String, Optional<T>> parser, String expected, T usual) {
    return given(key, parser, expected).orElse(usual);
  }

  /** A value that an operator may give; empty if there is none, or it cannot be read. */
  public <T> Optional<T> optional(
      ConfigKey key, Function<String, Optional<T>> parser, String expected) {
    return given(key, parser, expected);
  }

  /** Whether an operator gave a value, be it right or wrong. */
  public boolean isGiven(ConfigKey key) {
    return given(key).isPresent();
  }

  /** The warning that an operator has set a key in vain; empty if nobody has set it. */
  public Optional<String> withoutEffect(ConfigKey key, String why) {
    return place(key)
        .map(place -> new Problem(key.key(), "without effect", place, "", why).toString());
  }

  /** The value that an operator gave, if there is one and it can be read. */
  private <T> Optional<T> given(
      ConfigKey key, Function<String, Optional<T>> parser, String expected) {
    Optional<Given> given = given(key);
    Optional<T> value = given.flatMap(there -> parser.apply(there.text().strip()));
    if (given.isPresent() && value.isEmpty() && !isBad(key)) {
      wrong(key, given, given.get().text().strip(), expected);
    }
    return value;
  }

  private void wrong(ConfigKey key, Optional<Given> given, String text, String expected) {
    String fix =
        key.defaultText()
            .map(usual -> "Correct it, or remove it for the default, " + usual + ".")
            .orElse("Correct or remove it.");
    problem(
        key,
        new Problem(
            key.key(),
            text.isBlank() ? "empty" : withoutUser(text),
            given.map(Given::place).orElse(""),
            expected,
            fix));
  }

  /**
   * A text without the user and the password of an address in it, whatever characters they have,
   * and whether or not the address has a scheme.
   */
  private static String withoutUser(String text) {
    return USER.matcher(text).replaceFirst("$1***@");
  }

  /** Where an operator has set this key; empty if nobody has. */
  Optional<String> place(ConfigKey key) {
    return given(key).map(Given::place);
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

  /** A value as an operator wrote it, and its place. */
  private record Given(String text, String place) {}
}
