package io.tinyscale.meeting;

import java.time.Duration;

/**
 * How long the directory waits for servers, and how long it believes what it has found out.
 *
 * @param question how long all servers may take to say whether they hold a meeting
 * @param confirmation how long one server may take to say before a create whether a meeting that is
 *     remembered there is still there
 * @param create how long a create without an answer may still make its meeting
 * @param absence how long a proven absence is not proven again
 * @param interval time between two sweeps of a server
 * @param meetings what an operator decides
 * @param alike whether all balancers choose servers by the same formula
 */
public record DirectorySettings(
    Duration question,
    Duration confirmation,
    Duration create,
    Duration absence,
    Duration interval,
    MeetingSettings meetings,
    boolean alike) {

  /** What tinyscale is configured with unless an operator says otherwise. */
  public static final DirectorySettings DEFAULT =
      new DirectorySettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(8),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          MeetingSettings.defaults(),
          false);

  /** The same with another time for questions to all servers. */
  public DirectorySettings withQuestion(Duration other) {
    return new DirectorySettings(other, confirmation, create, absence, interval, meetings, alike);
  }

  /** The same with another time for the question to a meeting's server before a create. */
  public DirectorySettings withConfirmation(Duration other) {
    return new DirectorySettings(question, other, create, absence, interval, meetings, alike);
  }

  /** The same with another time for creates without an answer. */
  public DirectorySettings withCreate(Duration other) {
    return new DirectorySettings(question, confirmation, other, absence, interval, meetings, alike);
  }

  /** The same with another time for proven absences. */
  public DirectorySettings withAbsence(Duration other) {
    return new DirectorySettings(question, confirmation, create, other, interval, meetings, alike);
  }

  /** The same with another time between sweeps. */
  public DirectorySettings withInterval(Duration other) {
    return new DirectorySettings(question, confirmation, create, absence, other, meetings, alike);
  }

  /** The same with other decisions of the operator. */
  public DirectorySettings withMeetings(MeetingSettings other) {
    return new DirectorySettings(question, confirmation, create, absence, interval, other, alike);
  }

  /** The same where all balancers choose alike, or not. */
  public DirectorySettings withAlike(boolean other) {
    return new DirectorySettings(
        question, confirmation, create, absence, interval, meetings, other);
  }
}
