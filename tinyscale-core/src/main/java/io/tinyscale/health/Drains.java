package io.tinyscale.health;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reports how far servers without new meetings have come with their old ones. Thread-safe. */
final class Drains {

  /** What is left on a server. */
  private record Left(int meetings, long users) {}

  private final GatewayObserver observer;
  private final Map<String, Left> last = new ConcurrentHashMap<>();

  Drains(GatewayObserver observer) {
    this.observer = observer;
  }

  /**
   * Takes a passed sweep.
   *
   * @param expected meetings that may still show up there
   */
  void swept(Server server, Map<MeetingId, HeldMeeting> meetings, int expected) {
    if (server.state() != AdminState.CORDONED) {
      last.remove(server.name());
      return;
    }
    long users =
        meetings.values().stream().mapToLong(meeting -> Math.max(0, meeting.users())).sum();
    Left left = new Left(Math.max(meetings.size(), expected), users);
    if (left.equals(last.put(server.name(), left))) {
      return;
    }
    if (left.meetings() == 0) {
      observer.serverDrained(server);
    } else {
      observer.serverDraining(server, left.meetings(), left.users());
    }
  }

  void forget(String server) {
    last.remove(server);
  }
}
