package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * What the last complete sweep of a server, and everything that went through us since, proves of a
 * meeting that is not remembered. Thread-safe.
 *
 * <p>The sweep proves that the server lacks the meeting, unless we saw the meeting there and the
 * server has not denied it since. While tinyscale is alone, nobody else makes meetings, so this
 * holds for any time: also while the server is down, refuses our secret or tells no list. Otherwise
 * it holds for two intervals, and longer only for a server that is down and refuses connections:
 * nobody can make a meeting there. That holds for a server that was never swept, too.
 */
final class SweptEvidence {

  /**
   * Servers make internal ids of a SHA-1 and a time. A call may name a meeting by an internal id
   * that the table lacks: that of a second copy, or of a meeting whose server has not told it yet.
   */
  private static final Pattern INTERNAL_ID = Pattern.compile("[0-9a-f]{40}-[0-9]{13}");

  private final ServerPool pool;
  private final MeetingTable table;
  private final LastSweeps sweeps;
  private final OtherBalancers others;
  private final Patience patience;
  private final long goodFor;
  private final LongSupplier nanoClock;

  /**
   * Knows nothing yet.
   *
   * @param interval time between two sweeps of a server
   */
  SweptEvidence(
      ServerPool pool,
      MeetingTable table,
      LastSweeps sweeps,
      OtherBalancers others,
      Patience patience,
      Duration interval,
      LongSupplier nanoClock) {
    this.pool = pool;
    this.table = table;
    this.sweeps = sweeps;
    this.others = others;
    this.patience = patience;
    this.goodFor = interval.multipliedBy(2).toNanos();
    this.nanoClock = nanoClock;
  }

  /**
   * Whether the sweeps alone decide about a meeting, so that servers that were swept are spared.
   */
  boolean decides(MeetingId meetingId) {
    return others.isAlone() && !INTERNAL_ID.matcher(meetingId.text()).matches();
  }

  /**
   * Whether the sweeps decide that no server in use has the meeting.
   *
   * @param denier has already said that it does not know it
   */
  boolean provesAbsence(MeetingId meetingId, Optional<Server> denier) {
    if (!decides(meetingId)) {
      return false;
    }
    for (ServerStatus status : pool.snapshot()) {
      if (status.inUse()
          && !tellsOf(meetingId, status)
          && denier.filter(status.server()::equals).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether the last sweep of a server tells that it lacks the meeting, however long ago. */
  boolean tellsOf(MeetingId meetingId, ServerStatus status) {
    return status.swept()
        && sweeps.of(status.server()).isPresent()
        && isNothingKnown(meetingId, status);
  }

  /**
   * Whether a call for the meeting may take a server that is not asked to lack it: by its last
   * sweep, or because it refuses connections.
   */
  boolean standsFor(MeetingId meetingId, ServerStatus status) {
    return tellsOf(meetingId, status)
        ? others.isAlone() || isYoung(status) || refuses(status)
        : refuses(status) && isNothingKnown(meetingId, status);
  }

  /** Whether nothing is known of the meeting on a server. */
  private boolean isNothingKnown(MeetingId meetingId, ServerStatus status) {
    return !table.isFull() && !table.mayBeOn(meetingId, status.server().name());
  }

  /**
   * Whether a server is down and has refused connections for so long that nobody can be in a
   * meeting there.
   */
  private boolean refuses(ServerStatus status) {
    return !status.health().isUp() && patience.isOverByRefusal(status.server());
  }

  private boolean isYoung(ServerStatus status) {
    long now = nanoClock.getAsLong();
    return sweeps.of(status.server()).filter(last -> now - last.begun() <= goodFor).isPresent();
  }
}
