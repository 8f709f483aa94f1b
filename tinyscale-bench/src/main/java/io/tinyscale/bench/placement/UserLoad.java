package io.tinyscale.bench.placement;

/**
 * The load of a meeting in users without a camera. Each camera is a stream that its server receives
 * and a stream to everybody who sees it; a stream costs as much as a fifth of a user.
 */
final class UserLoad {

  private static final double STREAM = 0.2;

  /** How many cameras a page shows to a viewer. */
  private static final int VIEWERS_PAGE = 5;

  /** How many cameras a page shows to a moderator. */
  private static final int MODERATORS_PAGE = 25;

  private UserLoad() {}

  /**
   * The load.
   *
   * @param users how many people are in the meeting, moderators included
   * @param supervised whether moderators alone see the cameras, as in an exam
   */
  static double of(int users, int cameras, int moderators, boolean supervised) {
    int viewers = supervised ? 0 : users - moderators;
    int streams =
        cameras
            + viewers * Math.min(cameras, VIEWERS_PAGE)
            + moderators * Math.min(cameras, MODERATORS_PAGE);
    return users + STREAM * streams;
  }
}
