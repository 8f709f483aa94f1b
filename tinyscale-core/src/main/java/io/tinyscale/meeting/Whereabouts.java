package io.tinyscale.meeting;

import io.tinyscale.meeting.OtherCopy.Standing;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where one meetingID lives, as far as we know. Immutable: every event has a method that returns
 * the next state and what to tell. This is the table of all events and states:
 *
 * <table>
 * <caption>The next state</caption>
 * <tr><th>event</th>
 *     <th>UNKNOWN</th><th>PLACING</th><th>PERHAPS</th><th>DOUBTFUL</th><th>CERTAIN</th>
 *     <th>ENDING</th></tr>
 * <tr><td>{@link #placedOn}</td>
 *     <td>PLACING</td>
 *     <td colspan="5">stays if its server is reachable; else PLACING, or CERTAIN on another server
 *     with a copy; the old copy is given up</td></tr>
 * <tr><td>{@link #createUnanswered}</td>
 *     <td>PERHAPS</td><td>PERHAPS</td><td>PERHAPS</td><td>PERHAPS</td><td>PERHAPS</td>
 *     <td>PERHAPS</td></tr>
 * <tr><td>{@link #createErred}</td>
 *     <td>DOUBTFUL</td><td>DOUBTFUL</td><td>stays</td><td>DOUBTFUL</td><td>DOUBTFUL</td>
 *     <td>DOUBTFUL</td></tr>
 * <tr><td>{@link #createFailed}</td>
 *     <td>stays</td><td>as before {@link #placedOn}</td><td>stays</td><td>stays</td><td>stays</td>
 *     <td>stays</td></tr>
 * <tr><td>{@link #seenOn} its server</td>
 *     <td>CERTAIN</td><td>CERTAIN</td><td>CERTAIN</td><td>CERTAIN</td><td>CERTAIN</td>
 *     <td>stays in the same run, else CERTAIN</td></tr>
 * <tr><td>{@link #seenOn} another server, which brought the copy back</td>
 *     <td>CERTAIN</td>
 *     <td colspan="5">stays if its server is reachable or the copy was told to end; else CERTAIN
 *     there, and its own copy is given up</td></tr>
 * <tr><td>{@link #seenOn} another server, where a create of ours acted late</td>
 *     <td>CERTAIN</td>
 *     <td colspan="3">CERTAIN there, and its own copy is given up; if it was seen on its own server
 *     before, as the next two</td>
 *     <td colspan="2">stays, and the other copy is detached; if people are in the other copy, as
 *     the next row</td></tr>
 * <tr><td>{@link #seenOn} another server</td>
 *     <td>CERTAIN</td>
 *     <td colspan="3">CERTAIN there, and its own copy is given up; if it was seen on its own server
 *     before, as the next two</td>
 *     <td colspan="2">stays, or CERTAIN there if its server cannot be reached, or if nobody uses its
 *     copy and the other one is to be chosen; the other copy is a rival</td></tr>
 * <tr><td>{@link SecondCopy#lookedAt} on another server</td>
 *     <td>stays</td><td>stays</td><td>stays</td><td>stays</td>
 *     <td colspan="2">stays, or CERTAIN there if {@link CopyChoice} says so; the other copy is a
 *     rival</td></tr>
 * <tr><td>{@link #deniedBy} its server, later</td>
 *     <td>stays</td><td>stays</td><td>stays</td>
 *     <td>CERTAIN where it is back, else former or UNKNOWN</td><td>over</td><td>over</td>
 *     </tr>
 * <tr><td>{@link #ended}</td>
 *     <td>stays</td><td>stays</td><td>stays</td><td>stays</td><td>ENDING</td><td>stays</td></tr>
 * <tr><td>{@link #missingFromSweep} of its server, later</td>
 *     <td>stays</td><td>stays</td>
 *     <td>CERTAIN where it is back; once the create can make it no more, former or UNKNOWN; until
 *     then it stays</td>
 *     <td>CERTAIN where it is back, else former or UNKNOWN</td>
 *     <td>over</td><td>over</td></tr>
 * </table>
 *
 * <p>A copy that is <em>given up</em> is detached if its server has ever shown it. Else it is
 * possible: the create may still act there. <em>Former</em> is CERTAIN on a server that is down and
 * has a detached copy, else PERHAPS on a server that is down and has a possible copy of ours.
 * <em>Over</em> is CERTAIN on a server with a rival, or with a leftover that has people in it, else
 * UNKNOWN. Events of a server where the meeting is not taken to be change at most its copy there.
 *
 * @param copy the copy that calls go to; {@link Copy#NONE} if that is unknown
 * @param since when the state was last confirmed, on the scale of {@link System#nanoTime()}
 * @param others what other servers have, or may bring back, beside that copy. The copies that were
 *     given up are kept when the meeting is over: it may be made once more before such a server
 *     comes back
 * @param former what is known without the create that is on its way; only of PLACING
 */
record Whereabouts(
    State state, Copy copy, long since, OtherCopies others, @Nullable Whereabouts former) {

  /** How sure we are of a meeting's server. */
  enum State {
    /** No server is known to have the meeting. */
    UNKNOWN,
    /** A create is on its way to the server. */
    PLACING,
    /** A create went to the server and had no answer. */
    PERHAPS,
    /**
     * A create went to the server, which answered with an error of its own: the create acts no
     * more, but may have made the meeting before.
     */
    DOUBTFUL,
    /** The server said that it has the meeting. */
    CERTAIN,
    /** The server said so, and was then told to end the meeting. */
    ENDING
  }

  /** Nothing is known of the meeting. */
  static final Whereabouts NOTHING =
      new Whereabouts(State.UNKNOWN, Copy.NONE, 0, OtherCopies.NONE, null);

  /** Leaves out what there was on the server of the copy itself. */
  Whereabouts {
    others = others.without(copy.server());
  }

  private Whereabouts(State state, Copy copy, long since, OtherCopies others) {
    this(state, copy, since, others, null);
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

  /** Whether its server must say that it has the meeting before a create is sent there. */
  boolean isDoubtful() {
    return state == State.ENDING || state == State.DOUBTFUL;
  }

  /** Whether there is anything to remember. */
  boolean isNothing() {
    return !isKnown() && others.isEmpty();
  }

  /** The servers that have the meeting if what was placed, or perhaps placed, came to nothing. */
  List<String> fallbacks(Servers servers) {
    return isCertain() || others.isEmpty() ? List.of() : others.fallbacks(servers);
  }

  /** The copies that servers have, or may have, that none was told to end. */
  Stream<Copy> copies() {
    return Stream.concat(
        Stream.of(copy).filter(there -> isKnown()),
        others.byServer().values().stream()
            .filter(other -> !other.is(Standing.TOLD_TO_END))
            .map(OtherCopy::copy));
  }

  /** Whether there is, or may be, another copy on this server. */
  boolean hasOtherOn(String server) {
    return others.on(server) != null;
  }

  /** The servers on which a create of ours may have made another copy. */
  List<String> placedOn() {
    return others.byServer().values().stream()
        .filter(OtherCopy::isPlaced)
        .map(other -> other.copy().server())
        .toList();
  }

  /** The servers that may bring back copies which are not the meeting. */
  List<String> detachedFrom() {
    return others.byServer().values().stream()
        .filter(OtherCopy::isDetached)
        .map(other -> other.copy().server())
        .toList();
  }

  /** The names of the servers whose events may change this. */
  Set<String> servers() {
    if (former == null && others.isEmpty()) {
      return isKnown() ? Set.of(server()) : Set.of();
    }
    Set<String> all = new HashSet<>(others.byServer().keySet());
    if (isKnown()) {
      all.add(server());
    }
    if (former != null) {
      all.addAll(former.servers());
    }
    return all;
  }

  /** The copy on another server than the one that calls go to, whether there is one or not. */
  SecondCopy second(String server, Servers servers) {
    return new SecondCopy(this, others.on(server), server, servers);
  }

  // Events.

  /** A create is about to be sent to a server that was chosen for it. */
  Change placedOn(String chosen, long now, Servers servers) {
    if (isKnown() && servers.reachable(server())) {
      return unchanged();
    }
    OtherCopies beside = others.besideNew(servers, now);
    OtherCopies elsewhere = isKnown() ? beside.with(givenUp()) : beside;
    // Where another copy is known there is no need for a third.
    return others
        .best(OtherCopy::mayBeTheMeeting, servers::reachable, servers)
        .map(there -> new Whereabouts(State.CERTAIN, there.copy(), now, elsewhere))
        .orElseGet(
            () ->
                new Whereabouts(
                    State.PLACING,
                    Copy.placed(chosen, now),
                    now,
                    elsewhere,
                    state == State.PLACING ? former : this))
        .asChange();
  }

  /** A create that was sent to a server had no answer. */
  Change createUnanswered(String server, long now) {
    if (!isKnown()) {
      return new Whereabouts(State.PERHAPS, Copy.placed(server, now), now, others).asChange();
    }
    if (isOn(server)) {
      return new Whereabouts(State.PERHAPS, copy.unansweredAt(now), now, others).asChange();
    }
    return with(others.changed(server, other -> other.unansweredAt(now))).asChange();
  }

  /** A server has answered a create with an error of its own. */
  Change createErred(String server, long now) {
    // An earlier create without an answer may still act.
    return isKnown() && (!isOn(server) || state == State.PERHAPS)
        ? createUnanswered(server, now)
        : new Whereabouts(
                State.DOUBTFUL,
                isKnown() ? copy.unansweredAt(now) : Copy.placed(server, now),
                now,
                others)
            .asChange();
  }

  /** The create that was placed on a server made nothing. */
  Change createFailed(String server) {
    if (isOn(server)) {
      return state == State.PLACING
          ? Objects.requireNonNullElse(former, NOTHING).asChange()
          : unchanged();
    }
    OtherCopy other = others.on(server);
    return (other != null && other.isPlaced() ? with(others.without(server)) : this).asChange();
  }

  /**
   * A create has made the meeting on a server, and then other servers were asked for it. Calls go
   * to the best of all copies from now on. Nobody has heard of the new one yet; people whose joins
   * went out to a copy are taken to be in it. An empty copy beside it is given up without a report:
   * it goes by itself.
   *
   * @param made the server with the new copy
   * @param shown what the others showed
   */
  Change confirmed(String made, List<Copy> shown, long now, Servers servers) {
    if (!isCertain()) {
      return unchanged();
    }
    Comparator<Copy> order = Comparator.comparing(Copy::withArriving, CopyChoice.order(servers));
    Whereabouts next = this;
    for (Copy there : shown) {
      OtherCopy beside = others.on(there.server());
      boolean isOurs = beside != null && beside.copy().ours();
      if (!isOn(there.server()) && !there.hasUsers() && (isOurs || servers.shared())) {
        next = next.withOther(OtherCopy.of(Standing.DETACHED, there));
      }
    }
    Stream<Copy> all =
        Stream.concat(
            Stream.of(copy),
            Stream.concat(
                Stream.ofNullable(others.on(made)).map(OtherCopy::copy),
                shown.stream().filter(there -> !isOn(there.server()))));
    Copy best = all.min(order).orElse(copy);
    return (isOn(best.server())
            ? next
            : next.movedTo(best, OtherCopy.of(Standing.DETACHED, copy), now))
        .asChange();
  }

  /** A join to a server goes out. */
  Whereabouts joinSent(String server, long now) {
    return isOn(server)
        ? new Whereabouts(state, copy.joinedAt(now), since, others, former)
        : with(others.changed(server, other -> other.joinedAt(now)))
            .withFormer(before -> before.joinSent(server, now));
  }

  /**
   * A server has shown the meeting.
   *
   * @param now when its answer came
   */
  Change seenOn(Copy shown, long now, Servers servers) {
    if (!isKnown()) {
      OtherCopy before = others.on(shown.server());
      Copy there = before == null ? shown : before.copy().shownAs(shown);
      return new Whereabouts(State.CERTAIN, there, now, others).asChange();
    }
    return isOn(shown.server())
        ? seenAgain(shown, now).asChange()
        : second(shown.server(), servers)
            .seen(shown, now)
            .map(next -> next.withFormer(before -> before.seenOn(shown, now, servers).next()));
  }

  /** A server has shown a copy that another balancer has given up. */
  Change broughtBack(Copy shown) {
    return (isOn(shown.server()) ? this : withOther(OtherCopy.of(Standing.DETACHED, shown)))
        .asChange();
  }

  private Whereabouts seenAgain(Copy shown, long now) {
    boolean stillEnding = state == State.ENDING && copy.isSameRunAs(shown);
    return new Whereabouts(
        stillEnding ? State.ENDING : State.CERTAIN,
        copy.shownAs(shown),
        stillEnding ? since : now,
        others);
  }

  /**
   * A server has said that it does not have the meeting.
   *
   * @param asked when it was asked; a meeting that was seen later is there all the same
   */
  Change deniedBy(String server, long asked, long now, Servers servers) {
    if (!isOn(server) || !isOlderThan(asked)) {
      return unchanged();
    }
    if (state == State.DOUBTFUL) {
      return madeNothing(now, servers).asChange();
    }
    return isCertain() ? over(now, servers).asChange() : unchanged();
  }

  /**
   * Another server has said that it does not have the meeting.
   *
   * @param asked when it was asked
   * @param late a create that had no answer before that time acts no more
   */
  Change otherDeniedBy(String server, long asked, long late) {
    OtherCopy other = others.on(server);
    boolean isGone =
        other != null
            && other.copy().asked() - asked < 0
            && (!other.isPlaced() || other.copy().noCreateSince(late));
    return (isGone ? with(others.without(server)) : this).asChange();
  }

  /** A server was told to end the meeting. */
  Change ended(String server, long now) {
    return isOn(server) && state == State.CERTAIN
        ? new Whereabouts(State.ENDING, copy, now, others).asChange()
        : unchanged();
  }

  /** A server was told to end its copy, which is the meeting or another one. */
  Change endedOn(String server, long now, Servers servers) {
    return hasOtherOn(server) ? second(server, servers).endedToo() : ended(server, now);
  }

  /**
   * A server has told all its meetings, and this one is not among them.
   *
   * @param begun when it was asked for them
   * @param patience how many nanoseconds a create without an answer may still make its meeting
   */
  Change missingFromSweep(String server, long begun, long patience, long now, Servers servers) {
    Whereabouts told = with(others.missingFromSweep(server, begun - patience, servers));
    if (!isKnown()) {
      return told.asChange();
    }
    if (isOn(server)) {
      return told.missing(begun, patience, now, servers).asChange();
    }
    // A server that has gone for good is never swept again.
    return (servers.inUse(server()) ? told : told.nowhere())
        .withFormer(before -> before.missingFromSweep(server, begun, patience, now, servers).next())
        .asChange();
  }

  private Whereabouts missing(long begun, long patience, long now, Servers servers) {
    if (!isOlderThan(begun)) {
      return this;
    }
    if (isCertain()) {
      return over(now, servers);
    }
    if (state == State.DOUBTFUL) {
      return madeNothing(now, servers);
    }
    // The create may still make it. But if the meeting was detached from a server that has brought
    // it back, that is the meeting again; what the create may still make is the other copy.
    Optional<OtherCopy> back = others.best(OtherCopy::isDetached, servers::reachable, servers);
    if (back.isPresent()) {
      return movedTo(back.get().copy(), givenUp(), now);
    }
    return since + patience - begun < 0 ? former(servers, now) : this;
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

  /** This copy after calls go to another one. */
  OtherCopy givenUp() {
    boolean wasSeen = isCertain() || !copy.internalId().isEmpty();
    return OtherCopy.of(wasSeen ? Standing.DETACHED : Standing.POSSIBLE, copy);
  }

  /** The meeting for certain on another server, and its own copy beside it. */
  Whereabouts movedTo(Copy there, OtherCopy own, long now) {
    return new Whereabouts(State.CERTAIN, there, now, others.with(own));
  }

  /**
   * What there is once the meeting is over on its server: another copy that is known, on a server
   * that can be reached if there is one, or nothing.
   */
  private Whereabouts over(long now, Servers servers) {
    return others
        .best(OtherCopy::isAlive, servers::reachable, servers)
        .or(() -> others.best(OtherCopy::isAlive, servers::inUse, servers))
        .map(there -> new Whereabouts(State.CERTAIN, there.copy(), now, others))
        .orElseGet(this::nowhere);
  }

  /** What there is once it is sure that a create that was answered with an error made nothing. */
  private Whereabouts madeNothing(long now, Servers servers) {
    return others
        .best(other -> other.isDetached() || other.isAlive(), servers::reachable, servers)
        .map(there -> new Whereabouts(State.CERTAIN, there.copy(), now, others))
        .orElseGet(() -> former(servers, now));
  }

  /** What there was before a create without an answer, which made nothing. */
  private Whereabouts former(Servers servers, long now) {
    Predicate<String> isDown = server -> servers.inUse(server) && !servers.reachable(server);
    return others
        .best(OtherCopy::isDetached, isDown, servers)
        .map(old -> new Whereabouts(State.CERTAIN, old.copy(), now, others))
        .or(
            () ->
                others
                    .best(OtherCopy::isPlaced, isDown, servers)
                    .map(OtherCopy::copy)
                    .map(old -> new Whereabouts(State.PERHAPS, old, old.created(), others)))
        .orElseGet(this::nowhere);
  }

  private Whereabouts nowhere() {
    return new Whereabouts(State.UNKNOWN, Copy.NONE, 0, others.givenUp());
  }

  private Whereabouts with(OtherCopies changed) {
    return changed == others ? this : new Whereabouts(state, copy, since, changed, former);
  }

  Whereabouts withOther(OtherCopy there) {
    return with(others.with(there));
  }

  /** The same after an event that changes the former state, too. */
  private Whereabouts withFormer(UnaryOperator<Whereabouts> event) {
    if (former == null) {
      return this;
    }
    Whereabouts next = event.apply(former);
    return next == former ? this : new Whereabouts(state, copy, since, others, next);
  }

  Change asChange() {
    return new Change(this, List.of());
  }

  Change telling(Change.Event event) {
    return new Change(this, List.of(event));
  }
}
