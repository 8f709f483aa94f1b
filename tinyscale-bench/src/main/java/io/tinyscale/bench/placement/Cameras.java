package io.tinyscale.bench.placement;

/**
 * How many people of a meeting have their camera on.
 *
 * @param few this many, whatever the size
 * @param share and this share of the people
 */
record Cameras(int few, double share) {

  static final Cameras NONE = new Cameras(0, 0);

  static final Cameras ALL = new Cameras(0, 1);

  /** How many of so many people. */
  int of(int users) {
    return Math.min(users, few + (int) Math.round(share * users));
  }

  /** Most lectures show the lecturer, or two. */
  static Cameras ofLecture(Dice dice) {
    return dice.chance(0.8)
        ? new Cameras(dice.whole(1, 2), 0)
        : new Cameras(1, dice.between(0.05, 0.15));
  }

  /** In seminars and lessons one or two, many, or almost all. */
  static Cameras ofSeminar(Dice dice) {
    double which = dice.unit();
    if (which < 0.4) {
      return new Cameras(dice.whole(1, 2), 0);
    }
    return new Cameras(0, which < 0.8 ? dice.between(0.3, 0.7) : dice.between(0.8, 1));
  }

  /** Two people mostly see each other. */
  static Cameras ofTalk(Dice dice) {
    return dice.chance(0.8) ? ALL : NONE;
  }
}
