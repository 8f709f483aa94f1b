package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.meeting.OtherCopy.Standing;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a meeting on another server than the one that calls go to, and what the words of that
 * server change. Immutable.
 *
 * @param live where the meeting is
 * @param before what we knew of the copy; null if nothing
 * @param server the other server
 */
record SecondCopy(Whereabouts live, @Nullable OtherCopy before, String server, Servers servers) {

  /**
   * Whether the copy is left over: we made it or gave it up, and the meeting surely lives
   * elsewhere. Where other balancers make meetings by the operator's word, any second copy is: its
   * balancer may be gone. One run of the meeting on two servers is one server with two names.
   */
  boolean isLeftover() {
    return before != null && isLeftover(before);
  }

  private boolean isLeftover(OtherCopy other) {
    return (other.isLeftover() || servers.shared() && other.is(Standing.RIVAL))
        && live.isCertain()
        && servers.reachable(live.server())
        && !live.copy().isOneRunWith(other.copy());
  }

  /** Whether the copy is left over and was empty for so long that it is to be ended. */
  boolean isToBeEnded() {
    return before != null
        && before.isEmptyInTwoLooks()
        && isLeftover(before)
        && servers.reachable(server)
        && (servers.alone() || isNobodysChoice(before));
  }

  /**
   * Whether no other balancer sends people to the copy, or has sent people who may come back. All
   * balancers compare the same copies, once the people in both were counted.
   */
  private boolean isNobodysChoice(OtherCopy other) {
    return !other.copy().everJoined() && live.copy().users() != HeldMeeting.UNKNOWN;
  }

  /** Its server has shown it. */
  Change seen(Copy shown, long now) {
    boolean held = servers.reachable(live.server());
    OtherCopy there = before == null ? OtherCopy.of(Standing.RIVAL, shown) : before.shownAs(shown);
    if (before != null && before.isDetached() && before.copy().mayBe(shown)) {
      // If both servers were down, one after the other, what the second brings back is the
      // leftover.
      return (held || before.is(Standing.TOLD_TO_END)
              ? live.withOther(there)
              : live.movedTo(there.copy(), live.givenUp(), now))
          .asChange();
    }
    if (held && !servers.reachable(server)) {
      // A server that is not up yet does not get what one that is up has.
      return live.unchanged();
    }
    if (!live.isCertain() && live.copy().internalId().isEmpty()) {
      // A meeting that was seen beats one that was only placed.
      return live.movedTo(there.copy(), live.givenUp(), now).asChange();
    }
    if (before != null && before.isPlaced() && held && !shown.hasUsers()) {
      // Nobody was sent to it yet by us; but other balancers may have found it first.
      boolean isChosen =
          servers.shared()
              && !live.copy().used()
              && CopyChoice.order(servers).compare(there.copy(), live.copy()) < 0;
      return (isChosen
              ? live.movedTo(there.copy(), live.givenUp(), now)
              : live.withOther(there.with(Standing.DETACHED)))
          .asChange();
    }
    return besides(there.with(Standing.RIVAL), held, now);
  }

  /** Two servers have the meeting, and calls may go to either. */
  private Change besides(OtherCopy rival, boolean held, long now) {
    boolean isKnown = before != null && before.is(Standing.RIVAL);
    // Later, complete sweeps decide.
    boolean moves =
        !held
            || !isKnown
                && !live.copy().used()
                && CopyChoice.order(servers).compare(rival.copy(), live.copy()) < 0;
    if (moves) {
      return movedTo(rival.copy(), now);
    }
    Whereabouts next = live.withOther(rival);
    return isKnown || live.copy().isOneRunWith(rival.copy())
        ? next.asChange()
        : next.telling(new Change.Split(live.copy(), rival.copy()));
  }

  /** Calls go to this copy from now on, and the copy that they went to is its rival. */
  private Change movedTo(Copy there, long now) {
    Whereabouts moved = live.movedTo(there, OtherCopy.of(Standing.RIVAL, live.copy()), now);
    // One run on two servers is one server that is listed twice, which is reported as such.
    return live.copy().isOneRunWith(there)
        ? moved.asChange()
        : moved.telling(new Change.Split(there, live.copy()));
  }

  /**
   * A complete sweep has shown the copy: looks at an empty copy are counted, and calls may go there
   * from now on.
   *
   * @param begun when the sweep began
   */
  Change lookedAt(Copy shown, long begun) {
    if (before == null || before.is(Standing.POSSIBLE)) {
      return live.unchanged();
    }
    Copy kept = live.copy();
    boolean isCompared =
        live.isCertain()
            && !before.is(Standing.TOLD_TO_END)
            && !kept.isOneRunWith(shown)
            && servers.reachable(live.server())
            && servers.reachable(server);
    boolean isCounted = isCompared && kept.users() != HeldMeeting.UNKNOWN;
    OtherCopy other = before.lookedAt(shown, begun, isCounted ? kept.users() : Integer.MAX_VALUE);
    return isCompared && CopyChoice.moves(kept, other, servers)
        ? movedTo(other.copy(), begun)
        : besidesLeftover(other);
  }

  /** Its server has shown it in an answer to a question about it. */
  Change answered(Copy shown) {
    return before == null ? live.unchanged() : besidesLeftover(before.shownAs(shown));
  }

  /** A leftover that is left alone is reported once. */
  private Change besidesLeftover(OtherCopy other) {
    boolean isReported = other.is(Standing.RIVAL) || other.is(Standing.IN_USE);
    boolean isLeftAlone = other.copy().hasUsers() || !servers.alone() && other.copy().everJoined();
    return isLeftAlone && !isReported && isLeftover(other)
        ? live.withOther(other.with(Standing.IN_USE))
            .telling(new Change.Split(live.copy(), other.copy()))
        : live.withOther(other).asChange();
  }

  /** Its server was told to end it, because it is left over. */
  Change ended() {
    return !live.isKnown()
            || before == null
            || before.is(Standing.POSSIBLE)
            || before.is(Standing.TOLD_TO_END)
        ? live.unchanged()
        : live.withOther(before.with(Standing.TOLD_TO_END))
            .telling(new Change.LeftoverEnded(server, live.server()));
  }

  /** Its server was told to end it, because a front end has ended the meeting. */
  Change endedToo() {
    return before == null
        ? live.unchanged()
        : live.withOther(before.with(Standing.TOLD_TO_END)).asChange();
  }
}
