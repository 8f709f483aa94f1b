package io.tinyscale.health;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.Map;

/** Takes what sweeps of servers found. Called from many threads at once. */
@FunctionalInterface
public interface SweepListener {

  /**
   * A server is about to be asked for its meetings.
   *
   * @param asked when, on the scale of {@link System#nanoTime()}
   * @return hears each meeting while the list is read
   */
  default SweepObserver asked(Server server, long asked) {
    return SweepObserver.NONE;
  }

  /**
   * Takes a complete sweep.
   *
   * @param meetings external id to every meeting the server holds
   * @param begun when the sweep began, on the scale of {@link System#nanoTime()}
   * @return how many meetings the server is taken to hold now, those on their way there included;
   *     -1 if there are too many to remember all that it told
   */
  int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun);

  /**
   * Takes a sweep that does not tell what else is on the server. Learns nothing by default.
   *
   * @param meetings external id to meetings that the server holds; there may be others
   * @param begun when the sweep began, on the scale of {@link System#nanoTime()}
   */
  default void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {}
}
