package io.tinyscale.placement;

import io.tinyscale.bbb.HeldMeeting;

/**
 * What meetings cost and are expected to cost. The unit is one user without a camera. Immutable.
 *
 * <p>A meeting that nobody knows is reserved as a seminar ({@code reserve}) but treated with the
 * caution due to a lecture: it goes where three times as many would not hurt.
 */
final class LoadModel {

  /** The size of a meeting that nobody knows. */
  static final double UNKNOWN = -1;

  /** No BBB server carries nearly as many users: more in one meeting is a mistake. */
  static final int MOST_USERS = 10_000;

  /** Viewers get so many cameras on a page. */
  private static final int CAMERAS_ON_A_PAGE = 5;

  private static final double CAUTION = 3;

  /** A user costs so much with the cameras that are usual. */
  private static final double PER_EXPECTED_USER = 1.4;

  private final double reserve;
  private final double settleNanos;
  private final double video;

  LoadModel(ExpectedLoadSettings settings) {
    reserve = settings.reserve();
    settleNanos = settings.settle().toNanos();
    video = settings.video();
  }

  /**
   * What a meeting costs now, by what its server told. Beyond {@link #MOST_USERS} users count no
   * more; users that the server did not tell do not count.
   */
  double cost(HeldMeeting meeting) {
    int users = Math.max(0, Math.min(meeting.users(), MOST_USERS));
    int cameras = Math.max(0, Math.min(meeting.cameras(), CAMERAS_ON_A_PAGE));
    return users * (1 + video * cameras);
  }

  /**
   * The size of a meeting that is known before people come, or {@link #UNKNOWN}.
   *
   * @param remembered its size by the history, or {@link #UNKNOWN}
   * @param hint how many people its front end expects; 0 if it did not say so, and beyond {@link
   *     #MOST_USERS} not believed
   */
  static double known(double remembered, int hint) {
    if (remembered >= 0) {
      return remembered;
    }
    return hint > 0 && hint <= MOST_USERS ? PER_EXPECTED_USER * hint : UNKNOWN;
  }

  /**
   * What is added to a server's load for a new meeting.
   *
   * @param known its size, or {@link #UNKNOWN}
   * @param maxUsers how many people may come, a cap and never a plan; 0 for any number
   */
  double reserve(double known, int maxUsers) {
    return known >= 0 ? known : capped(reserve, maxUsers);
  }

  /** What a new meeting is taken for while its server is chosen. Parameters as for a reserve. */
  double caution(double known, int maxUsers) {
    return known >= 0 ? known / 2 : capped(CAUTION * reserve, maxUsers);
  }

  private static double capped(double load, int maxUsers) {
    return maxUsers > 0 ? Math.min(load, PER_EXPECTED_USER * maxUsers) : load;
  }

  /** Whether a meeting of this age grows no more. */
  boolean isSettled(long ageNanos) {
    return ageNanos >= settleNanos;
  }

  /**
   * What a running meeting is expected to cost.
   *
   * @param cost what it costs now
   * @param known its size, or {@link #UNKNOWN}
   * @param maxUsers as for a reserve
   */
  double expected(double cost, double known, int maxUsers, boolean isBreakout, long ageNanos) {
    if (isBreakout || isSettled(ageNanos)) {
      return cost;
    }
    if (known >= 0) {
      return Math.max(cost, known);
    }
    return cost + reserve(known, maxUsers) * (1 - Math.max(0, ageNanos) / settleNanos);
  }
}
