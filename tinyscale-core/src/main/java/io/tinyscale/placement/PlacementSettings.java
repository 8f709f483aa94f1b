package io.tinyscale.placement;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.config.Spelling;
import io.tinyscale.observe.GatewayObserver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How servers are chosen for new meetings.
 *
 * @param policy {@link RoundRobin#NAME}, {@link ExpectedLoad#NAME}, or the name of a class that
 *     {@link ServiceLoader} offers as {@link PlacementPolicy}
 * @param strict whether only {@code create} moves the cursor of round robin
 * @param expectedLoad what placement by expected load assumes of meetings
 * @param history the file for the sizes of earlier meetings, for placement by expected load; null
 *     if a restart may forget them
 * @param warnings what an operator has set without effect
 */
public record PlacementSettings(
    String policy,
    boolean strict,
    ExpectedLoadSettings expectedLoad,
    @Nullable Path history,
    List<String> warnings) {

  private static final List<String> NAMES = List.of(RoundRobin.NAME, ExpectedLoad.NAME);
  private static final Pattern CLASS_NAME = Pattern.compile("[\\w$]+(\\.[\\w$]+)+");

  /** Checks the name; whether its class is there is found out by {@link #load}. */
  public PlacementSettings {
    warnings = List.copyOf(warnings);
    new Checks()
        .that(
            NAMES.contains(policy) || CLASS_NAME.matcher(policy).matches(),
            ConfigKey.PLACEMENT,
            policy.isBlank() ? "empty" : policy,
            String.join(", ", NAMES) + ", or the full name of a class",
            Spelling.nearest(policy, NAMES)
                .map(meant -> "Did you mean " + meant + "?")
                .orElse("Correct it, or remove it for the default, " + RoundRobin.NAME + "."))
        .refuse();
  }

  /** One of the policies that need no file. */
  public PlacementSettings(String policy, boolean strict) {
    this(policy, strict, ExpectedLoadSettings.DEFAULT, null, List.of());
  }

  /** What applies unless an operator says otherwise. */
  public static PlacementSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section for the only balancer. */
  public static PlacementSettings read(ConfigValues values) {
    return read(values, false);
  }

  /**
   * Reads the section.
   *
   * @param several whether other balancers make meetings on the servers, too: then the policy that
   *     all choose alike by is the default
   */
  public static PlacementSettings read(ConfigValues values, boolean several) {
    boolean isGiven = values.isGiven(ConfigKey.PLACEMENT);
    String policy =
        several && !isGiven
            ? ExpectedLoad.NAME
            : values.value(ConfigKey.PLACEMENT, Optional::of, "the name of a policy");
    List<String> warnings = new ArrayList<>();
    if (several && policy.equals(RoundRobin.NAME)) {
      warnings.add(
          "placement: round-robin (expected: "
              + ExpectedLoad.NAME
              + ", by which several balancers choose alike). Remove it: each balancer counts for"
              + " itself, and rooms that are opened through two at once are made twice more often.");
    }
    if (!policy.equals(ExpectedLoad.NAME)) {
      for (ConfigKey key :
          List.of(
              ConfigKey.PLACEMENT_RESERVE,
              ConfigKey.PLACEMENT_SETTLE,
              ConfigKey.PLACEMENT_VIDEO,
              ConfigKey.PLACEMENT_HISTORY)) {
        values
            .withoutEffect(key, "Only placement=" + ExpectedLoad.NAME + " uses it.")
            .ifPresent(warnings::add);
      }
    }
    return new PlacementSettings(
        policy,
        values.flag(ConfigKey.STRICT),
        values.section(ExpectedLoadSettings::read).orElse(ExpectedLoadSettings.DEFAULT),
        values.path(ConfigKey.PLACEMENT_HISTORY).orElse(null),
        warnings);
  }

  /** The policy and its parameters, as the configuration names them. */
  public String description() {
    return policy.equals(ExpectedLoad.NAME)
        ? policy + " " + expectedLoad + " history=" + (history == null ? "none" : history)
        : policy.equals(RoundRobin.NAME) ? policy + " strict=" + strict : policy;
  }

  /**
   * The policy.
   *
   * @param extensions where a policy of another name is looked for; null: nowhere
   * @param several whether other balancers make meetings on the servers, too
   * @param clock the clock on the wall
   * @param nanoClock as {@link System#nanoTime()}
   * @param observer is told how servers were weighed, and what is wrong with the history's file
   * @throws ConfigException if no policy of this name is there
   * @throws ServiceConfigurationError if its class cannot be loaded or made
   */
  public PlacementPolicy load(
      @Nullable ClassLoader extensions,
      boolean several,
      InstantSource clock,
      LongSupplier nanoClock,
      GatewayObserver observer) {
    if (policy.equals(RoundRobin.NAME)) {
      return new RoundRobin(strict);
    }
    if (policy.equals(ExpectedLoad.NAME)) {
      return expectedLoad(several, clock, nanoClock, observer);
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

  private ExpectedLoad expectedLoad(
      boolean several, InstantSource clock, LongSupplier nanoClock, GatewayObserver observer) {
    MeetingHistory sizes = MeetingHistory.in(ZoneId.systemDefault());
    HistoryFile file =
        history == null ? null : new HistoryFile(history, sizes, observer::configWarning);
    if (file != null) {
      file.read();
    }
    return new ExpectedLoad(
        expectedLoad,
        several ? ExpectedLoad.NearEqual.AGREED : ExpectedLoad.NearEqual.TIES,
        clock,
        nanoClock,
        sizes,
        observer,
        file);
  }

  private ConfigException notOffered(List<Provider<PlacementPolicy>> offered) {
    List<String> choices =
        Stream.concat(NAMES.stream(), offered.stream().map(provider -> provider.type().getName()))
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
