package io.tinyscale.store;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What balancers share, and how.
 *
 * @param id what the others call this balancer; empty for a name of its own
 * @param address of the store; null if there is none
 * @param ttl how long a claim stands after its last create
 * @param timeout how long a create waits for the store
 * @param whenDown what creates of unknown meetings do without the store
 * @param warnings what is amiss without being wrong
 */
public record StoreSettings(
    String id,
    @Nullable StoreAddress address,
    Duration ttl,
    Duration timeout,
    WhenDown whenDown,
    List<String> warnings) {

  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(10);
  private static final String ID = "[A-Za-z0-9._:-]{0,64}";

  /** What creates of unknown meetings do without the store. */
  public enum WhenDown {
    /** They go on as balancers without a store do: all servers are asked once more. */
    DEGRADE,
    /** They are refused. */
    REFUSE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the values. */
  public StoreSettings {
    warnings = List.copyOf(warnings);
    new Checks()
        .that(
            id.matches(ID),
            ConfigKey.BALANCERS_ID,
            id,
            "at most 64 letters, digits, dots, colons, hyphens and underscores",
            "Correct it, or remove it for the machine's name.")
        .duration(ConfigKey.BALANCERS_STORE_TTL, ttl)
        .duration(ConfigKey.BALANCERS_STORE_TIMEOUT, timeout, LEAST_TIMEOUT)
        .refuse();
  }

  /** What applies unless an operator says otherwise: no store. */
  public static StoreSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static StoreSettings read(ConfigValues values) {
    List<String> warnings = new ArrayList<>();
    StoreAddress address = address(values, warnings).orElse(null);
    if (address == null) {
      for (ConfigKey key :
          List.of(
              ConfigKey.BALANCERS_STORE_TTL,
              ConfigKey.BALANCERS_STORE_TIMEOUT,
              ConfigKey.BALANCERS_STORE_DOWN)) {
        values.withoutEffect(key, "There is no balancers.store.").ifPresent(warnings::add);
      }
    }
    return new StoreSettings(
        values.optional(ConfigKey.BALANCERS_ID, Optional::of, "a name").orElse(""),
        address,
        values.duration(ConfigKey.BALANCERS_STORE_TTL),
        values.duration(ConfigKey.BALANCERS_STORE_TIMEOUT),
        values.choice(ConfigKey.BALANCERS_STORE_DOWN, WhenDown.values()),
        warnings);
  }

  private static Optional<StoreAddress> address(ConfigValues values, List<String> warnings) {
    if (!values.isGiven(ConfigKey.BALANCERS_STORE_FILE)) {
      return values.optional(ConfigKey.BALANCERS_STORE, StoreAddress::parse, StoreAddress.EXPECTED);
    }
    if (values.isGiven(ConfigKey.BALANCERS_STORE)) {
      values.problem(
          ConfigKey.BALANCERS_STORE,
          Problem.of(
              ConfigKey.BALANCERS_STORE.key(),
              "given beside balancers.store.file",
              "one of the two",
              "Remove the other one."));
      return Optional.empty();
    }
    Optional<String> line = values.secretLine(ConfigKey.BALANCERS_STORE_FILE, warnings);
    Optional<StoreAddress> address = line.flatMap(StoreAddress::parse);
    if (line.isPresent() && address.isEmpty()) {
      values.problem(
          ConfigKey.BALANCERS_STORE_FILE,
          Problem.of(
              ConfigKey.BALANCERS_STORE_FILE.key(),
              "what the file says, which is not shown",
              StoreAddress.EXPECTED,
              "Put the address in its only line."));
    }
    return address;
  }

  /** Whether balancers share a store. */
  public boolean isShared() {
    return address != null;
  }
}
