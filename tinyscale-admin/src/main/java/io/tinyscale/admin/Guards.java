package io.tinyscale.admin;

import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.ServerFields;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.util.List;

/** What an operator must want twice, with {@code force}, because people notice it. */
final class Guards {

  private Guards() {}

  /** A change of a server's state that leaves some server enabled unless it is forced. */
  static PoolEdit change(String server, ServerFields fields, boolean force) {
    return new PoolEdit.Change(server, fields, now -> true, !force);
  }

  /**
   * Looks whether a server may get another state.
   *
   * @throws Refusal if not
   */
  static void requireForce(Snapshot now, OfServer server, AdminState wanted) throws Refusal {
    if (wanted == AdminState.DISABLED && server.status().server().state() != AdminState.DISABLED) {
      requireNoMeetings(
          server, "which would be taken for gone, and its recordings vanish from lists");
    }
    if (wanted != AdminState.ENABLED && isLast(now, server)) {
      throw new Refusal(lastEnabled());
    }
  }

  /**
   * Looks whether calls for the meetings of a server may go to another address.
   *
   * @param moved the server as it is to be
   * @throws Refusal if not
   */
  static void requireForce(OfServer server, Server moved) throws Refusal {
    if (!server.status().server().api().equals(moved.api())) {
      requireNoMeetings(server, "and calls for them would go to the other address");
    }
  }

  private static void requireNoMeetings(OfServer server, String consequence) throws Refusal {
    long meetings = Snapshot.meetings(server);
    if (meetings == 0) {
      return;
    }
    long users = Math.max(0, server.load().users());
    throw new Refusal(
        new Problem(
                409,
                "server-has-meetings",
                "The server has meetings",
                "It holds "
                    + meetings
                    + " meetings with "
                    + users
                    + " people, "
                    + consequence
                    + ".")
            .with(json -> json.name("meetings").value(meetings).name("users").value(users)));
  }

  /** The problem that no room could be opened. */
  static Problem lastEnabled() {
    return new Problem(
        409,
        "last-enabled-server",
        "No other server takes new meetings",
        "Without this server no room can be opened.");
  }

  private static boolean isLast(Snapshot now, OfServer server) {
    List<OfServer> others =
        now.status().servers().stream().filter(other -> !other.equals(server)).toList();
    boolean isOnlyEnabled = others.stream().noneMatch(Snapshot::isEnabled);
    boolean isOnlyAvailable =
        server.status().takesNewMeetings()
            && others.stream().noneMatch(other -> other.status().takesNewMeetings());
    return Snapshot.isEnabled(server) && (isOnlyEnabled || isOnlyAvailable);
  }
}
