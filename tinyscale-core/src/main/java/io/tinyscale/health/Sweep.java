package io.tinyscale.health;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.Map;

/** What one sweep of a server found. */
public sealed interface Sweep {

  /** The server that was swept. */
  Server server();

  /**
   * It told its meetings.
   *
   * @param meetings by external id
   * @param complete whether these are all; if not, there were too many
   * @param begun when the sweep began, on the scale of {@link System#nanoTime()}
   */
  record Passed(Server server, Map<MeetingId, HeldMeeting> meetings, boolean complete, long begun)
      implements Sweep {}

  /**
   * It did not.
   *
   * @param cause for the operator
   */
  record Failed(Server server, String cause) implements Sweep {}

  /** It refused our checksum. */
  record WrongSecret(Server server) implements Sweep {}
}
