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
 */
public record MeetingSettings(Balancers balancers, Duration patience) {

  /** Checks the values. */
  public MeetingSettings {
    new Checks().duration(ConfigKey.MEETING_PATIENCE, patience).refuse();
  }

  /** What applies unless an operator says otherwise. */
  public static MeetingSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static MeetingSettings read(ConfigValues values) {
    return new MeetingSettings(
        values.choice(ConfigKey.BALANCERS, Balancers.values()),
        values.duration(ConfigKey.MEETING_PATIENCE));
  }

  /** The same with another answer to how many balancers there are. */
  public MeetingSettings withBalancers(Balancers other) {
    return new MeetingSettings(other, patience);
  }
}
