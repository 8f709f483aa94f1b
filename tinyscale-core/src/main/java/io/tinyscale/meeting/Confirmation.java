package io.tinyscale.meeting;

import io.tinyscale.observe.Confirmed;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Rendezvous;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Which servers are asked whether they have a meeting, too, that was just made on another one, and
 * what their answers mean. Thread-safe.
 *
 * <p>All servers are asked that can tell. If all balancers choose by the same formula and there are
 * many servers, another balancer can only have chosen one of the first in the meeting's order,
 * whatever the state of that server here, or one for which the state of a server made a difference.
 * Then only those are asked, and those whose state has changed lately.
 */
final class Confirmation {

  /** From so many servers on not all are asked. */
  static final int MANY = 12;

  private static final int FIRST = 4;

  private final ServerPool pool;
  private final boolean alike;
  private final long twoSweeps;
  private final LongSupplier nanoClock;

  /** Whether each server took new meetings at the last look, and since when. Guarded by this. */
  private final Map<String, Since> states = new HashMap<>();

  private record Since(boolean takesNewMeetings, long since) {}

  /**
   * Has looked at no server yet.
   *
   * @param alike whether all balancers choose by the same formula
   * @param interval time between two sweeps of a server
   */
  Confirmation(ServerPool pool, boolean alike, Duration interval, LongSupplier nanoClock) {
    this.pool = pool;
    this.alike = alike;
    this.twoSweeps = 2 * interval.toNanos();
    this.nanoClock = nanoClock;
  }

  /** The servers to ask about a meeting that was made on a server. */
  List<Server> asked(MeetingId meetingId, Server made) {
    List<ServerStatus> statuses = pool.statuses(ServerStatus::inUse);
    Set<String> changed = changed(statuses);
    boolean isForAll = !alike || statuses.size() < MANY;
    Set<Server> first =
        isForAll
            ? Set.of()
            : Rendezvous.order(statuses.stream().map(ServerStatus::server).toList(), meetingId)
                .stream()
                .limit(FIRST)
                .collect(Collectors.toSet());
    return statuses.stream()
        .filter(ServerStatus::tells)
        .map(ServerStatus::server)
        .filter(server -> !server.equals(made))
        .filter(server -> isForAll || first.contains(server) || changed.contains(server.name()))
        .toList();
  }

  /** The servers that began or ceased to take new meetings within the last two sweeps. */
  private synchronized Set<String> changed(List<ServerStatus> statuses) {
    long now = nanoClock.getAsLong();
    Set<String> changed = new HashSet<>();
    Set<String> there = new HashSet<>();
    for (ServerStatus status : statuses) {
      String name = status.server().name();
      boolean takes = status.takesNewMeetings();
      there.add(name);
      Since before = states.get(name);
      if (before == null || before.takesNewMeetings() != takes) {
        before = new Since(takes, now);
        states.put(name, before);
      }
      if (now - before.since() <= twoSweeps) {
        changed.add(name);
      }
    }
    states.keySet().retainAll(there);
    return changed;
  }

  /** What came of the question. */
  static Confirmed result(HolderSearch.Result answers, Server made, Server kept) {
    if (!kept.equals(made)) {
      return Confirmed.YIELDED;
    }
    if (!answers.sightings().isEmpty()) {
      return Confirmed.KEPT;
    }
    return answers.silent().isEmpty() ? Confirmed.ALONE : Confirmed.UNSURE;
  }
}
