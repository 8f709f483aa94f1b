package io.tinyscale.meeting;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import java.time.Duration;

/**
 * What an operator decides about finding meetings and making them anew.
 *
 * @param balancers how many balancers make meetings on the servers
 * @param patience how long a server that may have a meeting with people must have been silent
 *     before the meeting is made anew elsewhere
 * @param most how many meetings are remembered; while there are so many, no other meeting is made,
 *     because it could not be kept from being made twice
 */
public record MeetingSettings(Balancers balancers, Duration patience, int most) {

  private static final int LEAST = 1_000;
  private static final int LARGEST = 1_000_000;

  /** Checks the values. */
  public MeetingSettings {
    new Checks()
        .duration(ConfigKey.MEETING_PATIENCE, patience)
        .number(ConfigKey.LIMIT_MEETINGS, most, LEAST, LARGEST)
        .refuse();
  }

  /** What applies unless an operator says otherwise. */
  public static MeetingSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static MeetingSettings read(ConfigValues values) {
    return new MeetingSettings(
        values.choice(ConfigKey.BALANCERS, Balancers.values()),
        values.duration(ConfigKey.MEETING_PATIENCE),
        values.number(ConfigKey.LIMIT_MEETINGS));
  }

  /** The same with another answer to how many balancers there are. */
  public MeetingSettings withBalancers(Balancers other) {
    return new MeetingSettings(other, patience, most);
  }
}
