package io.tinyscale.meeting;

import io.tinyscale.meeting.OtherCopy.Standing;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What other servers have of a meeting, or may bring back, beside the copy that calls go to.
 * Immutable; a method that changes nothing returns the same object.
 *
 * @param byServer each copy by its server's name
 */
record OtherCopies(Map<String, OtherCopy> byServer) {

  static final OtherCopies NONE = new OtherCopies(Map.of());

  OtherCopies {
    byServer = Map.copyOf(byServer);
  }

  boolean isEmpty() {
    return byServer.isEmpty();
  }

  /** Whether one of them lives beside the copy that calls go to. */
  boolean hasAlive() {
    return byServer.values().stream().anyMatch(OtherCopy::isAlive);
  }

  @Nullable OtherCopy on(String server) {
    return byServer.get(server);
  }

  /** The copy that is chosen of those of this kind on such servers. */
  Optional<OtherCopy> best(Predicate<OtherCopy> kind, Predicate<String> server, Servers servers) {
    return byServer.values().stream()
        .filter(kind)
        .filter(there -> server.test(there.server()))
        .min(Comparator.comparing(OtherCopy::copy, CopyChoice.order(servers)));
  }

  /** The servers that may have the meeting if the copy that calls go to does not appear. */
  List<String> fallbacks(Servers servers) {
    return byServer.values().stream()
        .filter(
            other ->
                other.is(Standing.POSSIBLE)
                    || other.is(Standing.DETACHED)
                    || other.is(Standing.IN_USE))
        .map(OtherCopy::server)
        .filter(servers::inUse)
        .sorted()
        .toList();
  }

  OtherCopies with(OtherCopy other) {
    Map<String, OtherCopy> more = new HashMap<>(byServer);
    more.put(other.server(), other);
    return new OtherCopies(more);
  }

  OtherCopies without(String server) {
    if (!byServer.containsKey(server)) {
      return this;
    }
    Map<String, OtherCopy> fewer = new HashMap<>(byServer);
    fewer.remove(server);
    return new OtherCopies(fewer);
  }

  /** The same with another copy in the place of the copy on this server, if there is a copy. */
  OtherCopies changed(String server, UnaryOperator<OtherCopy> change) {
    OtherCopy other = on(server);
    return other == null ? this : with(change.apply(other));
  }

  /** What there is beside a create that is about to be sent. */
  OtherCopies besideNew(Servers servers, long now) {
    Map<String, OtherCopy> beside = new HashMap<>();
    for (String server : servers.all()) {
      if (servers.inUse(server) && !servers.reachable(server) && !servers.swept(server)) {
        // It has never told what it holds.
        beside.put(server, OtherCopy.of(Standing.POSSIBLE, Copy.unseen(server, now)));
      }
    }
    byServer.forEach(
        (server, other) ->
            // People in a leftover are reported again, beside the new meeting.
            beside.put(server, other.is(Standing.IN_USE) ? other.with(Standing.DETACHED) : other));
    return new OtherCopies(beside);
  }

  /** What is remembered once the meeting is over: the copies that we gave up. */
  OtherCopies givenUp() {
    Map<String, OtherCopy> rest = new HashMap<>();
    byServer.forEach(
        (server, other) -> {
          if (other.is(Standing.DETACHED) || other.is(Standing.IN_USE)) {
            rest.put(server, OtherCopy.of(Standing.DETACHED, other.copy()));
          } else if (other.isPlaced() || other.is(Standing.TOLD_TO_END)) {
            rest.put(server, other);
          }
        });
    return new OtherCopies(rest);
  }

  /**
   * What there is after a complete sweep of a server that did not show the meeting: no copy on this
   * server, nor on a server that has left the pool.
   *
   * @param late a create that had no answer before that time acts no more
   */
  OtherCopies missingFromSweep(String server, long late, Servers servers) {
    if (isEmpty()) {
      return this;
    }
    List<String> all = servers.all();
    Map<String, OtherCopy> rest = new HashMap<>(byServer);
    rest.values()
        .removeIf(
            other ->
                !all.contains(other.server())
                    || other.server().equals(server)
                        && (!other.isPlaced() || other.copy().noCreateSince(late)));
    return rest.size() == byServer.size() ? this : new OtherCopies(rest);
  }
}
