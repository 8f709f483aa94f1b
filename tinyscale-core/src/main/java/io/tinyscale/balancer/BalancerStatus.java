package io.tinyscale.balancer;

import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.health.MeetingsSeen;
import io.tinyscale.meeting.Caution;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.SharedStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer knows of itself and its servers at one instant. Immutable. Holds no secret but
 * those inside {@link io.tinyscale.server.Server}, which do not print.
 *
 * @param servers every server of the pool, in the order of the pool file
 * @param placement the policy that chooses servers for new meetings, as the configuration names it
 * @param caution whether tinyscale takes itself for the only one that makes meetings, and which
 *     evidence of a meeting's absence therefore counts
 * @param meetings how many meetings are remembered
 * @param mostMeetings how many can be; beyond it no new meeting is made
 * @param splits how many meetings are alive on two servers
 * @param calls how many calls of front ends are being answered
 * @param mostCalls how many can be; beyond it calls are refused
 * @param callbacks what became of the servers' callbacks; {@link CallbackStatus#NONE} if they are
 *     not relayed
 * @param tagFallbacks how many new meetings went to a server without a tag that their creates asked
 *     for
 * @param shared what it shares with other balancers
 */
public record BalancerStatus(
    List<OfServer> servers,
    String placement,
    Caution caution,
    int meetings,
    int mostMeetings,
    int splits,
    int calls,
    int mostCalls,
    CallbackStatus callbacks,
    long tagFallbacks,
    SharedStatus shared) {

  /** Copies the list. */
  public BalancerStatus {
    servers = List.copyOf(servers);
  }

  /**
   * One server.
   *
   * @param status its configuration, the operator's will included, and our verdict
   * @param meetings how many remembered meetings are there or on their way there
   * @param calls how many calls to it are under way, sweeps apart
   * @param mostCalls how many can be; beyond it calls to it are refused
   * @param bbbVersion the version of its BigBlueButton; empty if it did not tell
   * @param seen how many meetings its sweeps have shown since the start
   * @param expectedLoad what the placement policy expects it to carry, in users without cameras;
   *     negative if the policy does not measure, or the server has not told its meetings lately
   * @param sinceSweep how long ago the last sweep began that told all its meetings; null if there
   *     was none
   * @param ejectedFor how long it stays ejected; null if it is not
   */
  public record OfServer(
      ServerStatus status,
      int meetings,
      int calls,
      int mostCalls,
      String bbbVersion,
      MeetingsSeen.Counts seen,
      double expectedLoad,
      @Nullable Duration sinceSweep,
      @Nullable Duration ejectedFor) {

    /** A server that was never swept and is not ejected. */
    public OfServer(
        ServerStatus status,
        int meetings,
        int calls,
        int mostCalls,
        String bbbVersion,
        MeetingsSeen.Counts seen,
        double expectedLoad) {
      this(status, meetings, calls, mostCalls, bbbVersion, seen, expectedLoad, null, null);
    }

    /** What the server carried when it last told its meetings. */
    public ServerLoad load() {
      return status.load();
    }

    /** What the operator says the server can carry, in proportion to the others. */
    public int weight() {
      return status.server().weight();
    }

    /**
     * How full the server is expected to be: its expected load for each unit of its weight. If
     * weights are the users that servers can carry, 1 is full. Negative if the expected load is not
     * known.
     */
    public double fill() {
      return expectedLoad / weight();
    }
  }

  /** How many servers are not disabled. */
  public int inUse() {
    return (int) servers.stream().filter(server -> server.status().inUse()).count();
  }

  /** How many servers answer and accept our secret now. */
  public int up() {
    return (int) servers.stream().filter(server -> server.status().tells()).count();
  }

  /** How many servers take new meetings now. */
  public int takingNewMeetings() {
    return (int) servers.stream().filter(server -> server.status().takesNewMeetings()).count();
  }
}
