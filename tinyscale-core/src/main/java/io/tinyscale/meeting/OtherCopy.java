package io.tinyscale.meeting;

/**
 * A copy that another server has, or may bring back, beside the copy that calls go to. Immutable.
 *
 * @param looks how many complete sweeps in a row showed it without people; two if it were more
 * @param firstLook when the first of these sweeps began, on the scale of {@link System#nanoTime()}
 * @param leads how many complete sweeps in a row showed more people in it than were in the copy
 *     that calls go to; two if it were more
 */
record OtherCopy(Standing standing, Copy copy, int looks, long firstLook, int leads) {

  /** After that many looks at an empty copy the copy may be ended. More are not counted. */
  private static final int LOOKS = 2;

  /** What a copy of the meeting on another server is to us. */
  enum Standing {
    /**
     * The server has never shown it: a create of ours may still act there, or the server was down
     * since we know it.
     */
    POSSIBLE,
    /** It lives beside the copy that we keep, and was reported. */
    RIVAL,
    /**
     * The meeting was made anew because that server was down, or a create of ours without an answer
     * made the copy late: an empty copy is to be ended.
     */
    DETACHED,
    /**
     * Detached, and people are in it, or others may send people there: it is left alone, and was
     * reported.
     */
    IN_USE,
    /** That server was told to end it: it was empty, or a front end has ended the meeting. */
    TOLD_TO_END
  }

  /** A copy that no sweep has looked at. */
  static OtherCopy of(Standing standing, Copy copy) {
    return new OtherCopy(standing, copy, 0, 0, 0);
  }

  String server() {
    return copy.server();
  }

  boolean is(Standing expected) {
    return standing == expected;
  }

  /** Whether calls may go to this copy as soon as the meeting is over elsewhere. */
  boolean isAlive() {
    return standing == Standing.RIVAL || standing == Standing.IN_USE;
  }

  /** Whether this copy makes it needless to make the meeting anew. */
  boolean mayBeTheMeeting() {
    return isAlive() || copy.hasUsers() && !is(Standing.TOLD_TO_END);
  }

  /** Whether we gave this copy up. */
  boolean isDetached() {
    return standing == Standing.DETACHED
        || standing == Standing.IN_USE
        || standing == Standing.TOLD_TO_END;
  }

  /** Whether a create of ours may have made this copy, which its server has never shown. */
  boolean isPlaced() {
    return standing == Standing.POSSIBLE && copy.ours();
  }

  /** Whether this copy is ended once it is empty: we made it or gave it up. */
  boolean isLeftover() {
    return isDetached() || standing == Standing.RIVAL && copy.ours();
  }

  /** Whether it had nobody in it in two complete sweeps in a row, and no join went out since. */
  boolean isEmptyInTwoLooks() {
    return looks == LOOKS && copy.noJoinSince(firstLook);
  }

  OtherCopy with(Standing other) {
    return new OtherCopy(other, copy, looks, firstLook, leads);
  }

  /** The same after a join went out to its server. */
  OtherCopy joinedAt(long now) {
    return new OtherCopy(standing, copy.joinedAt(now), looks, firstLook, leads);
  }

  /** The same after a create to its server had no answer. */
  OtherCopy unansweredAt(long now) {
    return new OtherCopy(standing, copy.unansweredAt(now), looks, firstLook, leads);
  }

  /**
   * The same as its server shows it, which is no complete look. People, or another run of the
   * meeting, break the row of looks.
   */
  OtherCopy shownAs(Copy shown) {
    boolean isSame = copy.mayBe(shown);
    boolean inARow = isSame && !shown.hasUsers();
    return new OtherCopy(
        standing, copy.shownAs(shown), inARow ? looks : 0, firstLook, isSame ? leads : 0);
  }

  /**
   * The same as a complete sweep shows it. The look counts only if the sweep says that nobody is in
   * it. A join since the first look makes this look the first.
   *
   * @param most people that may be in it without being more than those in the copy that calls go to
   */
  OtherCopy lookedAt(Copy shown, long begun, int most) {
    OtherCopy now = shownAs(shown);
    int ahead = shown.users() > most ? Math.min(LOOKS, now.leads + 1) : 0;
    if (shown.users() != 0) {
      return new OtherCopy(standing, now.copy, 0, 0, ahead);
    }
    return now.looks > 0 && copy.noJoinSince(firstLook)
        ? new OtherCopy(standing, now.copy, LOOKS, firstLook, ahead)
        : new OtherCopy(standing, now.copy, 1, begun, ahead);
  }
}
