package io.tinyscale.meeting;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.store.StoreSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * What an operator decides about finding meetings and making them anew.
 *
 * @param balancers how many balancers make meetings on the servers
 * @param patience how long a server that may have a meeting with people must have been silent
 *     before the meeting is made anew elsewhere
 * @param most how many meetings are remembered; while there are so many, no other meeting is made,
 *     because it could not be kept from being made twice
 * @param store what balancers share; without an address there is no store
 */
public record MeetingSettings(
    Balancers balancers, Duration patience, int most, StoreSettings store) {

  private static final int LEAST = 1_000;
  private static final int LARGEST = 1_000_000;

  /** Checks the values. */
  public MeetingSettings {
    new Checks()
        .duration(ConfigKey.MEETING_PATIENCE, patience)
        .number(ConfigKey.LIMIT_MEETINGS, most, LEAST, LARGEST)
        .that(
            !store.isShared() || balancers == Balancers.SEVERAL,
            ConfigKey.BALANCERS,
            balancers.toString(),
            Balancers.SEVERAL + ", because balancers.store is set",
            "Remove it, or balancers.store.")
        .refuse();
  }

  /** Nothing is shared with other balancers. */
  public MeetingSettings(Balancers balancers, Duration patience, int most) {
    this(balancers, patience, most, StoreSettings.defaults());
  }

  /** What applies unless an operator says otherwise. */
  public static MeetingSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static MeetingSettings read(ConfigValues values) {
    Optional<StoreSettings> store = values.section(StoreSettings::read);
    boolean isShared = store.filter(StoreSettings::isShared).isPresent();
    return new MeetingSettings(
        isShared && !values.isGiven(ConfigKey.BALANCERS)
            ? Balancers.SEVERAL
            : values.choice(ConfigKey.BALANCERS, Balancers.values()),
        values.duration(ConfigKey.MEETING_PATIENCE),
        values.number(ConfigKey.LIMIT_MEETINGS),
        store.orElseGet(StoreSettings::defaults));
  }

  /** The same with another answer to how many balancers there are. */
  public MeetingSettings withBalancers(Balancers other) {
    return new MeetingSettings(other, patience, most, store);
  }

  /** The same with another store. */
  public MeetingSettings withStore(StoreSettings other) {
    return new MeetingSettings(balancers, patience, most, other);
  }
}
