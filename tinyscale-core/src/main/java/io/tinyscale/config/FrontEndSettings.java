package io.tinyscale.config;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.tenant.UnsignedBodies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which front ends may call, and how they sign. Prints without secrets.
 *
 * @param secrets any of which verifies; at least one
 * @param algorithms the hashes that front ends may sign with; at least one
 * @param unsignedBodies what becomes of bodies that the checksum does not cover
 * @param warnings what was accepted but is not safe
 */
public record FrontEndSettings(
    List<Secret> secrets,
    Set<ChecksumAlgorithm> algorithms,
    UnsignedBodies unsignedBodies,
    List<String> warnings) {

  private static final int MOST_SECRET_BYTES = 64 << 10;
  private static final String SECRET_EXPECTED = "the secret that front ends sign with";

  /** Copies the collections and checks that they are not empty. */
  public FrontEndSettings {
    secrets = List.copyOf(secrets);
    algorithms = Set.copyOf(algorithms);
    warnings = List.copyOf(warnings);
    Checks checks = new Checks();
    if (secrets.isEmpty()) {
      checks.found(
          Set.of(ConfigKey.SECRET, ConfigKey.SECRET_FILE),
          Problem.of("secret", "missing", "", "Give one."));
    }
    checks
        .that(
            !algorithms.isEmpty(),
            ConfigKey.CHECKSUM_ALGORITHMS,
            "none",
            "at least one algorithm",
            "Name one.")
        .refuse();
  }

  /** Front ends without a warning. */
  public FrontEndSettings(
      List<Secret> secrets, Set<ChecksumAlgorithm> algorithms, UnsignedBodies unsignedBodies) {
    this(secrets, algorithms, unsignedBodies, List.of());
  }

  /** Front ends with these secrets, and the defaults for the rest. */
  public static FrontEndSettings of(List<Secret> secrets) {
    ConfigValues defaults = ConfigValues.defaults();
    return new FrontEndSettings(secrets, algorithms(defaults), unsignedBodies(defaults));
  }

  /** Reads the section. */
  public static FrontEndSettings read(ConfigValues values) {
    List<String> warnings = new ArrayList<>();
    return new FrontEndSettings(
        secrets(values, warnings), algorithms(values), unsignedBodies(values), warnings);
  }

  private static Set<ChecksumAlgorithm> algorithms(ConfigValues values) {
    return values.value(
        ConfigKey.CHECKSUM_ALGORITHMS,
        FrontEndSettings::algorithms,
        "a list with commas of "
            + Arrays.stream(ChecksumAlgorithm.values())
                .map(Object::toString)
                .collect(Collectors.joining(", ")));
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

  private static UnsignedBodies unsignedBodies(ConfigValues values) {
    return values.choice(ConfigKey.BODY_UNSIGNED, UnsignedBodies.values());
  }

  /** The secrets of the most specific source that has some; empty after a problem. */
  private static List<Secret> secrets(ConfigValues values, List<String> warnings) {
    for (ConfigSource source : values.sources()) {
      Optional<String> text = source.value(ConfigKey.SECRET);
      boolean hasFile = source.value(ConfigKey.SECRET_FILE).isPresent();
      if (text.isPresent() && hasFile) {
        values.problem(
            ConfigKey.SECRET,
            new Problem(
                "secret",
                "given beside secret.file",
                source.toString(),
                "one of the two",
                "Remove " + source.nameOf(ConfigKey.SECRET) + " or the other one."));
        return List.of();
      }
      if (text.isPresent()) {
        String place = source.placeOf(ConfigKey.SECRET);
        return secrets(values, ConfigKey.SECRET, text.get(), place, warnings);
      }
      if (hasFile) {
        return values
            .path(ConfigKey.SECRET_FILE)
            .map(file -> secretsIn(values, file, warnings))
            .orElse(List.of());
      }
    }
    values.problem(
        ConfigKey.SECRET,
        Problem.of(
            "secret",
            "missing",
            SECRET_EXPECTED,
            "Set TINYSCALE_SECRET in the environment, tinyscale.secret as a parameter or property,"
                + " or secret.file; `openssl rand -hex 32` makes a good one."));
    return List.of();
  }

  private static List<Secret> secretsIn(ConfigValues values, Path file, List<String> warnings) {
    try {
      SmallFile.exposure(ConfigKey.SECRET_FILE, file).ifPresent(warnings::add);
      String text = SmallFile.text(file, MOST_SECRET_BYTES);
      return secrets(values, ConfigKey.SECRET_FILE, text, file.toString(), warnings);
    } catch (SmallFile.UnreadableException e) {
      values.unreadable(ConfigKey.SECRET_FILE, file, e);
      return List.of();
    }
  }

  private static List<Secret> secrets(
      ConfigValues values, ConfigKey key, String text, String place, List<String> warnings) {
    if (text.isBlank()) {
      values.problem(
          key,
          new Problem(
              key.key(),
              "empty",
              place,
              SECRET_EXPECTED,
              "Put it there; `openssl rand -hex 32` makes a good one."));
      return List.of();
    }
    Set<String> secrets = new LinkedHashSet<>(List.of(text.strip().split("\\s+")));
    if (!secrets.stream().allMatch(SecretText::isClean)) {
      values.problem(
          key,
          new Problem(key.key(), SecretText.HIDDEN, place, SecretText.EXPECTED, SecretText.FIX));
      return List.of();
    }
    List<Secret> read = secrets.stream().map(Secret::of).toList();
    if (read.stream().anyMatch(Secret::isShort)) {
      warnings.add(
          SecretText.shortIn(
              key.key(), place, "Choose a longer one, as of `openssl rand -hex 32`."));
    }
    return read;
  }
}
