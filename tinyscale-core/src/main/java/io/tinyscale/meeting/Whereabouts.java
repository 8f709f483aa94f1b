package io.tinyscale.meeting;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where one meetingID lives, as far as we know. Immutable: every event has a method that returns
 * the next state and what to tell. This is the table of all events and states:
 *
 * <table>
 * <caption>The next state</caption>
 * <tr><th>event</th>
 *     <th>UNKNOWN</th><th>PLACING</th><th>PERHAPS</th><th>CERTAIN</th><th>ENDING</th></tr>
 * <tr><td>{@link #placedOn}</td>
 *     <td>PLACING</td>
 *     <td colspan="4">stays if its server is reachable; else PLACING, or CERTAIN on another server
 *     with a copy; the old copy is detached</td></tr>
 * <tr><td>{@link #createUnanswered}</td>
 *     <td>PERHAPS</td><td>PERHAPS</td><td>PERHAPS</td><td>PERHAPS</td><td>PERHAPS</td></tr>
 * <tr><td>{@link #createFailed}</td>
 *     <td>stays</td><td>former, or UNKNOWN</td><td>stays</td><td>stays</td><td>stays</td></tr>
 * <tr><td>{@link #seenOn} its server</td>
 *     <td>CERTAIN</td><td>CERTAIN</td><td>CERTAIN</td><td>CERTAIN</td>
 *     <td>stays in the same run, else CERTAIN</td></tr>
 * <tr><td>{@link #seenOn} another server, which brought it back</td>
 *     <td>CERTAIN</td>
 *     <td colspan="4">stays if its server is reachable or the copy was told to end; else CERTAIN
 *     there, and its own copy is detached</td></tr>
 * <tr><td>{@link #seenOn} another server</td>
 *     <td>CERTAIN</td>
 *     <td colspan="2">CERTAIN there; if it was seen on its own server before, as the next two</td>
 *     <td colspan="2">stays, or CERTAIN there; the other copy is a rival</td></tr>
 * <tr><td>{@link #deniedBy} its server, later</td>
 *     <td>stays</td><td>stays</td><td>stays</td><td>over</td><td>over</td></tr>
 * <tr><td>{@link #ended}</td>
 *     <td>stays</td><td>stays</td><td>stays</td><td>ENDING</td><td>stays</td></tr>
 * <tr><td>{@link #missingFromSweep} of its server, later</td>
 *     <td>stays</td><td>stays</td>
 *     <td>CERTAIN where it is back; once the create can make it no more, former or UNKNOWN; until
 *     then it stays</td>
 *     <td>over</td><td>over</td></tr>
 * </table>
 *
 * <p><em>Former</em> is CERTAIN on a server that is down and had the meeting when it was placed
 * elsewhere. <em>Over</em> is CERTAIN on a server with a rival, or with a leftover that has people
 * in it, else UNKNOWN. Events of a server where the meeting is not taken to be change at most its
 * copy there.
 *
 * @param copy the copy that calls go to; {@link Copy#NONE} if that is unknown
 * @param since when the state was last confirmed, on the scale of {@link System#nanoTime()}
 * @param others what other servers have, or may bring back, beside that copy; by server
 * @param detached copies that their servers had when the meeting was made anew elsewhere, and that
 *     they may bring back; by server. Kept when the meeting is over: it may be made once more
 *     before such a server comes back
 */
record Whereabouts(
    State state, Copy copy, long since, Map<String, Other> others, Map<String, Copy> detached) {

  /** How sure we are of a meeting's server. */
  enum State {
    /** No server is known to have the meeting. */
    UNKNOWN,
    /** A create is on its way to the server. */
    PLACING,
    /** A create went to the server and had no answer. */
    PERHAPS,
    /** The server said that it has the meeting. */
    CERTAIN,
    /** The server said so, and was then told to end the meeting. */
    ENDING
  }

  /** What a copy of the meeting on another server is to us. */
  enum Standing {
    /** It lives beside the copy that we keep, and we do not know why. */
    RIVAL,
    /** The meeting was made anew because that server was down: an empty copy is to be ended. */
    DETACHED,
    /** Detached, and people are in it: it is left alone, and was reported. */
    IN_USE,
    /** Detached, and that server was told to end it. */
    TOLD_TO_END;

    boolean isLeftover() {
      return this != RIVAL;
    }
  }

  /** A copy on another server. */
  record Other(Standing standing, Copy copy) {}

  /** Nothing is known of the meeting. */
  static final Whereabouts NOTHING =
      new Whereabouts(State.UNKNOWN, Copy.NONE, 0, Map.of(), Map.of());

  /** Copies the maps, without the server of the copy itself. */
  Whereabouts {
    others = without(copy.server(), others);
    detached = without(copy.server(), detached);
  }

  // What is known.

  /** The server that calls go to; empty if that is unknown. */
  String server() {
    return copy.server();
  }

  boolean isKnown() {
    return state != State.UNKNOWN;
  }

  /** Whether a server said that it holds the meeting. */
  boolean isCertain() {
    return state == State.CERTAIN || state == State.ENDING;
  }

  /** Whether there is anything to remember. */
  boolean isNothing() {
    return !isKnown() && detached.isEmpty();
  }

  /** The servers that have the meeting if what was placed, or perhaps placed, came to nothing. */
  List<String> fallbacks(Servers servers) {
    return isCertain()
        ? List.of()
        : others.values().stream()
            .filter(
                other ->
                    other.standing() == Standing.DETACHED || other.standing() == Standing.IN_USE)
            .map(other -> other.copy().server())
            .filter(servers::inUse)
            .sorted()
            .toList();
  }

  /** The copies that servers have, or may have, that none was told to end. */
  Stream<Copy> copies() {
    return Stream.concat(
        Stream.of(copy).filter(there -> isKnown()),
        others.values().stream()
            .filter(other -> other.standing() != Standing.TOLD_TO_END)
            .map(Other::copy));
  }

  /** Whether a copy that this server shows is left over, for the meeting surely lives elsewhere. */
  boolean hasLeftoverOn(String server, Servers servers) {
    return isCertain() && servers.reachable(server()) && isLeftover(server);
  }

  /**
   * Whether a server that shows a copy brought it back: the meeting was made anew elsewhere while
   * the server was down, and since then it has never told that it has none. The copy may even be
   * younger, for a create without an answer may take effect late.
   */
  private boolean isLeftover(String server) {
    Other other = others.get(server);
    return other != null && other.standing().isLeftover();
  }

  // Events.

  /** A create is about to be sent to a server that was chosen for it. */
  Change placedOn(String chosen, long now, Servers servers) {
    if (isKnown() && servers.reachable(server())) {
      return unchanged();
    }
    Map<String, Copy> left = isKnown() ? with(server(), copy, detached) : detached;
    Map<String, Other> elsewhere = new HashMap<>();
    for (String server : servers.all()) {
      if (servers.inUse(server) && !servers.reachable(server) && !servers.swept(server)) {
        // It has never told what it holds.
        elsewhere.put(server, new Other(Standing.DETACHED, Copy.unseen(server)));
      }
    }
    elsewhere.putAll(others);
    left.forEach((server, old) -> elsewhere.put(server, new Other(Standing.DETACHED, old)));
    // Where another copy is known there is no need for a third.
    return first(
            other -> other.standing() == Standing.RIVAL || other.standing() == Standing.IN_USE,
            servers::reachable)
        .map(there -> new Whereabouts(State.CERTAIN, there, now, elsewhere, left))
        .orElseGet(() -> new Whereabouts(State.PLACING, Copy.unseen(chosen), now, elsewhere, left))
        .asChange();
  }

  /** A create that was sent to a server had no answer. */
  Change createUnanswered(String server, long now) {
    if (!isKnown()) {
      return new Whereabouts(State.PERHAPS, Copy.unseen(server), now, others, detached).asChange();
    }
    return isOn(server) ? in(State.PERHAPS, now).asChange() : unchanged();
  }

  /** The create that was placed on a server made nothing. */
  Change createFailed(String server, long now, Servers servers) {
    return isOn(server) && state == State.PLACING
        ? former(isDown(servers), now).orElseGet(this::nowhere).asChange()
        : unchanged();
  }

  /** A server has shown the meeting. */
  Change seenOn(Copy shown, Servers servers) {
    if (!isKnown()) {
      return new Whereabouts(State.CERTAIN, shown, shown.counted(), others, detached).asChange();
    }
    return isOn(shown.server()) ? seenAgain(shown).asChange() : seenElsewhere(shown, servers);
  }

  private Whereabouts seenAgain(Copy shown) {
    boolean stillEnding = state == State.ENDING && copy.isSameRunAs(shown);
    return new Whereabouts(
        stillEnding ? State.ENDING : State.CERTAIN,
        copy.shownAs(shown),
        stillEnding ? since : shown.counted(),
        others,
        detached);
  }

  private Change seenElsewhere(Copy shown, Servers servers) {
    boolean held = servers.reachable(server());
    Other before = others.get(shown.server());
    if (before != null && before.standing().isLeftover()) {
      if (held || before.standing() == Standing.TOLD_TO_END) {
        return withOther(before.standing(), before.copy().shownAs(shown)).asChange();
      }
      // Both servers were down, one after the other: what the second brings back is the leftover.
      return new Whereabouts(
              State.CERTAIN,
              shown,
              shown.counted(),
              with(server(), new Other(Standing.DETACHED, copy), others),
              with(server(), copy, detached))
          .asChange();
    }
    if (held && !servers.reachable(shown.server())) {
      // A server that is not up yet does not get what one that is up has.
      return unchanged();
    }
    if (!isCertain() && copy.internalId().isEmpty()) {
      // A meeting that was seen beats one that was only placed.
      return new Whereabouts(State.CERTAIN, shown, shown.counted(), others, detached).asChange();
    }
    return besides(shown, before != null, held);
  }

  /** Two servers have the meeting, and we do not know why. */
  private Change besides(Copy shown, boolean known, boolean held) {
    boolean moves =
        !held
            || (known
                ? shown.hasUsers() && !copy.hasUsers()
                : Copy.OLDEST_WITH_USERS.compare(shown, copy) < 0);
    if (!moves) {
      Whereabouts next = withOther(Standing.RIVAL, shown);
      return known ? next.asChange() : next.telling(new Change.Split(server(), shown.server()));
    }
    Map<String, Other> rest = with(server(), new Other(Standing.RIVAL, copy), others);
    return new Whereabouts(State.CERTAIN, shown, shown.counted(), rest, detached)
        .telling(new Change.Split(shown.server(), server()));
  }

  /**
   * A server has said that it does not have the meeting.
   *
   * @param asked when it was asked; a meeting that was seen later is there all the same
   */
  Change deniedBy(String server, long asked, long now, Servers servers) {
    return isOn(server) && isCertain() && isOlderThan(asked)
        ? over(now, servers).asChange()
        : unchanged();
  }

  /** A server was told to end the meeting. */
  Change ended(String server, long now) {
    return isOn(server) && state == State.CERTAIN ? in(State.ENDING, now).asChange() : unchanged();
  }

  /**
   * A server has told all its meetings, and this one is not among them.
   *
   * @param begun when it was asked for them
   * @param patience how many nanoseconds a create without an answer may still make its meeting
   */
  Change missingFromSweep(String server, long begun, long patience, long now, Servers servers) {
    Whereabouts told = withoutDetached(server, servers);
    if (!isKnown()) {
      return told.asChange();
    }
    if (isOn(server)) {
      return told.missing(begun, patience, now, servers).asChange();
    }
    // A server that has gone for good is never swept again.
    return (servers.inUse(server()) ? told.withoutOther(server) : told.nowhere()).asChange();
  }

  private Whereabouts missing(long begun, long patience, long now, Servers servers) {
    if (!isOlderThan(begun)) {
      return this;
    }
    if (state != State.PERHAPS) {
      return over(now, servers);
    }
    // The create may still make it. But if the meeting was detached from a server that has brought
    // it back, that is the meeting again; what the create may still make is the leftover.
    Optional<Whereabouts> back = former(isBack(servers), now);
    if (back.isPresent()) {
      return back.get().withOther(Standing.DETACHED, copy);
    }
    return since + patience - begun < 0
        ? former(isDown(servers), now).orElseGet(this::nowhere)
        : this;
  }

  /** A server has shown that people are in a leftover, which is left alone. */
  Change leftoverInUse(Copy shown) {
    Other before = others.get(shown.server());
    if (before == null || !before.standing().isLeftover()) {
      return unchanged();
    }
    Whereabouts next = withOther(Standing.IN_USE, before.copy().shownAs(shown));
    return before.standing() == Standing.IN_USE
        ? next.asChange()
        : next.telling(new Change.Split(server(), shown.server()));
  }

  /** A server was told to end a leftover. */
  Change leftoverEnded(String server) {
    Other before = others.get(server);
    return before == null || !isLeftover(server) || before.standing() == Standing.TOLD_TO_END
        ? unchanged()
        : withOther(Standing.TOLD_TO_END, before.copy())
            .telling(new Change.LeftoverEnded(server, server()));
  }

  /** Nothing has happened. */
  Change unchanged() {
    return asChange();
  }

  // Steps.

  private boolean isOn(String server) {
    return isKnown() && server().equals(server);
  }

  /** Whether what we know is older than an answer to a question of that time. */
  private boolean isOlderThan(long asked) {
    return state != State.PLACING && since - asked < 0;
  }

  /**
   * What there is once the meeting is over on its server: another copy that is known, on a server
   * that can be reached if there is one, or nothing.
   */
  private Whereabouts over(long now, Servers servers) {
    Predicate<Other> isKnown =
        other -> other.standing() == Standing.RIVAL || other.standing() == Standing.IN_USE;
    return first(isKnown, servers::reachable)
        .or(() -> first(isKnown, servers::inUse))
        .map(there -> new Whereabouts(State.CERTAIN, there, now, others, detached))
        .orElseGet(this::nowhere);
  }

  /** What there was before a placement that came to nothing. */
  private Optional<Whereabouts> former(Predicate<String> which, long now) {
    return detached.values().stream()
        .filter(old -> which.test(old.server()))
        .min(Comparator.comparing(Copy::server))
        .map(old -> new Whereabouts(State.CERTAIN, old, now, others, detached));
  }

  private static Predicate<String> isDown(Servers servers) {
    return server -> servers.inUse(server) && !servers.reachable(server);
  }

  private static Predicate<String> isBack(Servers servers) {
    return servers::reachable;
  }

  private Whereabouts nowhere() {
    return new Whereabouts(State.UNKNOWN, Copy.NONE, 0, Map.of(), detached);
  }

  /** The first copy, in the order of the servers' names, of this kind and on such a server. */
  private Optional<Copy> first(Predicate<Other> kind, Predicate<String> server) {
    return others.values().stream()
        .filter(kind)
        .map(Other::copy)
        .filter(there -> server.test(there.server()))
        .min(Comparator.comparing(Copy::server));
  }

  private Whereabouts in(State other, long now) {
    return new Whereabouts(other, copy, now, others, detached);
  }

  private Whereabouts withOther(Standing standing, Copy there) {
    return new Whereabouts(
        state, copy, since, with(there.server(), new Other(standing, there), others), detached);
  }

  private Whereabouts withoutOther(String server) {
    return others.containsKey(server)
        ? new Whereabouts(state, copy, since, without(server, others), detached)
        : this;
  }

  /** The same without a detached copy on this server, or on one that has left the pool. */
  private Whereabouts withoutDetached(String server, Servers servers) {
    if (detached.isEmpty()) {
      return this;
    }
    Map<String, Copy> rest = new HashMap<>(detached);
    rest.remove(server);
    rest.keySet().retainAll(servers.all());
    return rest.size() == detached.size()
        ? this
        : new Whereabouts(state, copy, since, others, rest);
  }

  private Change asChange() {
    return new Change(this, List.of());
  }

  private Change telling(Change.Event event) {
    return new Change(this, List.of(event));
  }

  private static <T> Map<String, T> with(String server, T value, Map<String, T> map) {
    Map<String, T> more = new HashMap<>(map);
    more.put(server, value);
    return more;
  }

  private static <T> Map<String, T> without(String server, Map<String, T> map) {
    if (!map.containsKey(server)) {
      return Map.copyOf(map);
    }
    Map<String, T> fewer = new HashMap<>(map);
    fewer.remove(server);
    return Map.copyOf(fewer);
  }
}
