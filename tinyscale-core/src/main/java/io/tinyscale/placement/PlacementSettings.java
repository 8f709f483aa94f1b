package io.tinyscale.placement;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.config.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How servers are chosen for new meetings.
 *
 * @param policy {@link RoundRobin#NAME}, or the name of a class that {@link ServiceLoader} offers
 *     as {@link PlacementPolicy}
 * @param strict whether only {@code create} moves the cursor of round robin
 */
public record PlacementSettings(String policy, boolean strict) {

  private static final Pattern CLASS_NAME = Pattern.compile("[\\w$]+(\\.[\\w$]+)+");

  /** Checks the name; whether its class is there is found out by {@link #load}. */
  public PlacementSettings {
    new Checks()
        .that(
            policy.equals(RoundRobin.NAME) || CLASS_NAME.matcher(policy).matches(),
            ConfigKey.PLACEMENT,
            policy.isBlank() ? "empty" : policy,
            RoundRobin.NAME + ", or the full name of a class",
            Spelling.nearest(policy, List.of(RoundRobin.NAME))
                .map(meant -> "Did you mean " + meant + "?")
                .orElse("Correct it, or remove it for the default, " + RoundRobin.NAME + "."))
        .refuse();
  }

  /** What applies unless an operator says otherwise. */
  public static PlacementSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static PlacementSettings read(ConfigValues values) {
    return new PlacementSettings(
        values.value(ConfigKey.PLACEMENT, Optional::of, "the name of a policy"),
        values.flag(ConfigKey.STRICT));
  }

  /**
   * The policy.
   *
   * @param extensions where a policy of another name is looked for; null: nowhere
   * @throws ConfigException if no policy of this name is there
   * @throws ServiceConfigurationError if its class cannot be loaded or made
   */
  public PlacementPolicy load(@Nullable ClassLoader extensions) {
    if (policy.equals(RoundRobin.NAME)) {
      return new RoundRobin(strict);
    }
    List<Provider<PlacementPolicy>> offered =
        extensions == null
            ? List.of()
            : ServiceLoader.load(PlacementPolicy.class, extensions).stream().toList();
    return offered.stream()
        .filter(provider -> provider.type().getName().equals(policy))
        .findFirst()
        .map(Provider::get)
        .orElseThrow(() -> notOffered(offered));
  }

  private ConfigException notOffered(List<Provider<PlacementPolicy>> offered) {
    List<String> choices =
        Stream.concat(
                Stream.of(RoundRobin.NAME),
                offered.stream().map(provider -> provider.type().getName()))
            .toList();
    return new ConfigException(
        List.of(
            Problem.of(
                ConfigKey.PLACEMENT.key(),
                policy,
                String.join(", ", choices),
                Spelling.nearest(policy, choices)
                    .map(meant -> "Did you mean " + meant + "?")
                    .orElse(
                        "Choose one of these, or add the jar whose META-INF/services/"
                            + PlacementPolicy.class.getName()
                            + " names the class."))));
  }
}
