package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.meeting.LastSweeps.LastSweep;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether tinyscale is the only one that makes meetings on the pool. Thread-safe.
 *
 * <p>With {@link Balancers#AUTO} it is careful for its first hour, and for 24 hours after each
 * foreign meeting that it notices. A meeting on a server is foreign if all of this holds:
 *
 * <ul>
 *   <li>it is no breakout room, because servers make those themselves;
 *   <li>it was made more than a minute after our start: it is missing from a complete sweep of that
 *       server that began later than that, and it is younger than every meeting of that sweep;
 *   <li>when the server first showed it, we had not sent a create for it to that server, answered
 *       or not, and knew nothing of it there;
 *   <li>the server still shows it a sweep later.
 * </ul>
 *
 * <p>No clock of ours is compared with one of a server. Lists have no time of their own, a {@code
 * Date} field may be that of a proxy, and clocks are wrong. That a sweep lacked the meeting is our
 * own observation. The times that are compared, of meetings on one server, are all by that server's
 * clock; they keep an old meeting from counting that we forgot because its server denied it by
 * mistake. If the server does not tell when it made the meeting, the meeting counts as young. What
 * this takes for foreign wrongly only costs questions: tinyscale becomes careful. It misses
 * meetings that live for less than two sweeps, and those of a server whose clock was set back, as
 * long as a meeting from before lives there.
 */
final class OtherBalancers {

  private static final Duration FIRST_HOUR = Duration.ofHours(1);
  private static final Duration AFTER_A_FOREIGN_MEETING = Duration.ofHours(24);
  private static final long BETWEEN_EVENTS = Duration.ofHours(1).toNanos();

  /** Creates of a tinyscale that ran before us may take effect until then. */
  private static final long START = Duration.ofMinutes(1).toNanos();

  /** Meetings that may be foreign at a time. So many at once are taken for foreign. */
  static final int MOST_SUSPECTS = 10_000;

  private final Balancers balancers;
  private final LastSweeps sweeps;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;
  private final long started;
  private final long aSweepLater;
  private final SentCreates sent;

  /** Meetings that are foreign if they are still there a sweep later, and since when they show. */
  private final Map<Suspect, Long> suspects = new ConcurrentHashMap<>();

  private volatile long carefulUntil;

  /** When the operator was told last. */
  private volatile @Nullable Long told;

  /** A meeting on the server at this address. */
  private record Suspect(URI server, MeetingId meetingId) {}

  /**
   * Starts now.
   *
   * @param sweeps the last sweep of each server, before the one that is being told
   * @param interval time between two sweeps of a server, give or take a tenth
   */
  OtherBalancers(
      Balancers balancers,
      LastSweeps sweeps,
      Duration interval,
      GatewayObserver observer,
      LongSupplier nanoClock) {
    this.balancers = balancers;
    this.sweeps = sweeps;
    this.observer = observer;
    this.nanoClock = nanoClock;
    this.started = nanoClock.getAsLong();
    this.aSweepLater = interval.toNanos() * 9 / 10;
    this.sent = new SentCreates(nanoClock);
    this.carefulUntil = started + FIRST_HOUR.toNanos();
  }

  /** Whether nobody else makes meetings, as far as the operator says or we can tell. */
  boolean isAlone() {
    return switch (balancers) {
      case ONE -> true;
      case SEVERAL -> false;
      case AUTO -> carefulFor() <= 0;
    };
  }

  /** Whether the operator says that there are other balancers. */
  boolean areThere() {
    return balancers == Balancers.SEVERAL;
  }

  /** Whether there are other balancers, as the operator says or as we have noticed lately. */
  boolean areNoticed() {
    return balancers == Balancers.SEVERAL || haveBeenSeen();
  }

  private boolean haveBeenSeen() {
    return balancers == Balancers.AUTO && told != null && carefulFor() > 0;
  }

  private long carefulFor() {
    return carefulUntil - nanoClock.getAsLong();
  }

  /** Whether we are alone, and why. */
  Caution caution() {
    long rest = balancers == Balancers.AUTO ? Math.max(0, carefulFor()) : 0;
    return new Caution(
        balancers,
        balancers == Balancers.ONE || balancers == Balancers.AUTO && rest == 0,
        Duration.ofNanos(rest),
        haveBeenSeen());
  }

  /** A create is about to be sent to a server. */
  void creating(Server server, MeetingId meetingId) {
    if (balancers != Balancers.SEVERAL) {
      sent.add(server.api(), meetingId);
    }
  }

  /**
   * A server has shown a meeting, in a list or in an answer.
   *
   * @param isKnown whether we knew before that the server has it, or may have it
   */
  void seen(Server server, MeetingId meetingId, HeldMeeting meeting, boolean isKnown) {
    if (balancers == Balancers.SEVERAL || meeting.isBreakout() || isKnown && suspects.isEmpty()) {
      return;
    }
    Suspect suspect = new Suspect(server.api(), meetingId);
    long now = nanoClock.getAsLong();
    Long since = suspects.get(suspect);
    if (since != null && now - since >= aSweepLater) {
      suspects.remove(suspect);
      noticed(server, meetingId, now);
    } else if (since == null
        && !isKnown
        && isYoung(server, meeting)
        && !sent.contains(server.api(), meetingId)) {
      if (suspects.size() >= MOST_SUSPECTS) {
        suspects.clear();
        noticed(server, meetingId, now);
      }
      suspects.put(suspect, now);
    }
  }

  private void noticed(Server server, MeetingId meetingId, long now) {
    boolean isDue;
    synchronized (this) {
      carefulUntil = now + AFTER_A_FOREIGN_MEETING.toNanos();
      isDue = told == null || now - told >= BETWEEN_EVENTS;
      if (isDue) {
        told = now;
      }
    }
    if (isDue) {
      observer.otherBalancer(server, meetingId);
    }
  }

  /** Whether the meeting was made after the last sweep of the server, and that after our start. */
  private boolean isYoung(Server server, HeldMeeting meeting) {
    Optional<LastSweep> last = sweeps.of(server);
    return last.isPresent()
        && last.get().begun() - started > START
        && (meeting.createTime() == 0 || meeting.createTime() > last.get().newest());
  }

  /** A server has told all its meetings: the others are not there, or not any more. */
  void swept(Server server, Set<MeetingId> meetings) {
    suspects
        .keySet()
        .removeIf(
            suspect ->
                suspect.server().equals(server.api()) && !meetings.contains(suspect.meetingId()));
  }
}
