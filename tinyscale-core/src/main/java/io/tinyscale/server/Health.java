package io.tinyscale.server;

import java.time.Duration;

/**
 * Our verdict about one server, with the results in a row that may change it: those of sweeps make
 * it down and up, those of real calls eject it for a while, and bring it back. Immutable.
 *
 * @param state the verdict
 * @param streak sweeps and probes in a row against the verdict
 * @param failures real calls in a row that failed
 * @param failedCreates creates in a row that failed, whatever became of other calls
 * @param ejections how often in a row it was ejected
 * @param ejectedUntil when the last ejection ends or ended, on the scale of {@link
 *     System#nanoTime()}; means nothing before the first one
 */
public record Health(
    State state, int streak, int failures, int failedCreates, int ejections, long ejectedUntil) {

  /** The verdicts. */
  public enum State {
    /** It answers. */
    UP,
    /** It does not. */
    DOWN,
    /** It answers sweeps but fails real calls: for a while it gets no new meetings. */
    EJECTED,
    /** It was ejected, and its next create shows whether it has recovered. */
    ON_TRIAL,
    /** It is on trial, and that create is on its way. */
    TRIED
  }

  /** How often the time of an ejection doubles. */
  private static final int MOST_DOUBLINGS = 5;

  /** A server that has proven to answer. */
  public static final Health UP = new Health(State.UP, 0, 0, 0, 0, 0);

  /** A server that has not. */
  public static final Health DOWN = new Health(State.DOWN, 0, 0, 0, 0, 0);

  /** The health after a passed sweep; UP once {@code threshold} of them came in a row. */
  public Health afterPass(int threshold) {
    if (state != State.DOWN) {
      return withStreak(0);
    }
    return streak + 1 >= threshold ? UP : withStreak(streak + 1);
  }

  /**
   * The health after a failed sweep or probe; DOWN once {@code threshold} of them came in a row.
   *
   * @param longEnough whether the server has been silent for so long that it may be taken as down
   */
  public Health afterFailure(int threshold, boolean longEnough) {
    return state == State.DOWN || streak + 1 >= threshold && longEnough
        ? DOWN
        : withStreak(streak + 1);
  }

  /** Whether the server is up, and nothing speaks against it. */
  boolean isUndoubted() {
    return state == State.UP && streak == 0;
  }

  /** Whether the last sweep or probe failed, and too little is known for a verdict. */
  public boolean isInDoubt() {
    return state != State.DOWN && streak > 0;
  }

  /** The health after an answer of BBB, whatever it says: that ends a doubt, and nothing else. */
  Health afterWord() {
    return isInDoubt() ? withStreak(0) : this;
  }

  /**
   * The health after a real call was answered. That ends a doubt; a server that is down comes back
   * by sweeps alone, and one that is on trial by a create.
   *
   * @param toCreate whether the call was a create: no other call shows that creates succeed
   */
  public Health afterAnswer(boolean toCreate) {
    return failsLess(toCreate)
        ? new Health(
            isOnTrial() && toCreate ? State.UP : state,
            isInDoubt() ? 0 : streak,
            0,
            toCreate ? 0 : failedCreates,
            ejections,
            ejectedUntil)
        : this;
  }

  /** Whether the answer to a real call changes anything. */
  boolean failsLess(boolean toCreate) {
    return failures > 0 || isInDoubt() || toCreate && (failedCreates > 0 || isOnTrial());
  }

  /**
   * The health after a real call failed; see {@link #ejected} for what too many of them do.
   *
   * @param toCreate whether the call was a create
   */
  public Health afterError(boolean toCreate) {
    int creates = toCreate ? failedCreates + 1 : failedCreates;
    return state == State.UP || isOnTrial()
        ? new Health(state, streak, failures + 1, creates, ejections, ejectedUntil)
        : this;
  }

  /**
   * Whether so many real calls, or so many creates, failed in a row; one create of a server that is
   * on trial is enough.
   */
  boolean hasFailed(int threshold) {
    return failures >= threshold || failedCreates >= (isOnTrial() ? 1 : threshold);
  }

  /**
   * The health of a server that is taken out for a while: for {@code time} the first time, then
   * twice as long each time, up to 32 times as long. It begins anew once the server has done
   * without for that longest time.
   *
   * @param now on the scale of {@link System#nanoTime()}
   */
  public Health ejected(long now, Duration time) {
    long longest = time.toNanos() << MOST_DOUBLINGS;
    int before = ejections == 0 || now - ejectedUntil > longest ? 0 : ejections;
    long nanos = time.toNanos() << Math.min(before, MOST_DOUBLINGS);
    return new Health(State.EJECTED, streak, 0, 0, before + 1, now + nanos);
  }

  /** The health when the time has come that an ejection may end: the server is on trial then. */
  public Health afterEjection(long now) {
    return state == State.EJECTED && now - ejectedUntil >= 0 ? with(State.ON_TRIAL) : this;
  }

  /** The health of a server on trial that gets a create. */
  Health tried() {
    return state == State.ON_TRIAL ? with(State.TRIED) : this;
  }

  /** The health after the create of a server on trial has ended, whatever it showed. */
  Health afterTrial() {
    return state == State.TRIED ? with(State.ON_TRIAL) : this;
  }

  /** Whether the server is down, and the last sweeps or probes passed. */
  public boolean isComingBack() {
    return state == State.DOWN && streak > 0;
  }

  /** Whether sweeps find that the server answers; an ejected one does. */
  public boolean isUp() {
    return state != State.DOWN;
  }

  /** Whether real calls fail, so that it is out for a while. */
  public boolean isEjected() {
    return state == State.EJECTED;
  }

  /** Whether the server gets one create at a time, until one passes. */
  public boolean isOnTrial() {
    return state == State.ON_TRIAL || state == State.TRIED;
  }

  /** Whether the server is on trial, and has a create on its way. */
  boolean isTried() {
    return state == State.TRIED;
  }

  private Health with(State other) {
    return new Health(other, streak, failures, failedCreates, ejections, ejectedUntil);
  }

  private Health withStreak(int other) {
    return new Health(state, other, failures, failedCreates, ejections, ejectedUntil);
  }
}
