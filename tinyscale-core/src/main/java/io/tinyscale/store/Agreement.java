package io.tinyscale.store;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.Set;

/**
 * What other balancers have told that bears on where meetings are. Thread-safe, and never waits.
 */
public interface Agreement {

  /** Nobody has told anything. */
  Agreement NONE =
      new Agreement() {

        @Override
        public boolean othersReach(Server server) {
          return false;
        }

        @Override
        public boolean isMade(MeetingId meetingId) {
          return false;
        }

        @Override
        public boolean takeChanged(MeetingId meetingId) {
          return false;
        }

        @Override
        public boolean isEnding(MeetingId meetingId) {
          return false;
        }

        @Override
        public void made(MeetingId meetingId, Server server) {}

        @Override
        public void ending(MeetingId meetingId) {}

        @Override
        public boolean isDetached(MeetingId meetingId, Server server) {
          return false;
        }

        @Override
        public void detached(MeetingId meetingId, String server) {}

        @Override
        public void swept(Server server, Set<MeetingId> meetings) {}
      };

  /**
   * Whether another balancer reaches a server. If so, a meeting on it must not be made anew
   * elsewhere, although this balancer does not reach it.
   */
  boolean othersReach(Server server);

  /** Whether another balancer has told, moments ago, that it made a meeting. */
  boolean isMade(MeetingId meetingId);

  /** Whether another balancer has told, moments ago, that it has a meeting ended. */
  boolean isEnding(MeetingId meetingId);

  /** Whether another balancer has told either, since this was asked last. */
  boolean takeChanged(MeetingId meetingId);

  /** Tells the others that a meeting was made. */
  void made(MeetingId meetingId, Server server);

  /** Tells the others that a server was told to end a meeting. */
  void ending(MeetingId meetingId);

  /**
   * Whether a meeting was made anew elsewhere while a server was away, so that the copy which the
   * server brings back is not the meeting.
   */
  boolean isDetached(MeetingId meetingId, Server server);

  /** Tells the others that a meeting is made anew, and that this server may bring back a copy. */
  void detached(MeetingId meetingId, String server);

  /** A server has told all its meetings: of the others it brings back nothing. */
  void swept(Server server, Set<MeetingId> meetings);
}
