package io.tinyscale.server;

/**
 * Our verdict about one server, with the results in a row that may flip it. Immutable.
 *
 * @param state the verdict
 * @param streak results in a row against the verdict
 */
public record Health(State state, int streak) {

  /** The verdicts. */
  public enum State {
    /** It answers. */
    UP,
    /** It does not. */
    DOWN
  }

  /** A server that has proven to answer. */
  public static final Health UP = new Health(State.UP, 0);

  /** A server that has not. */
  public static final Health DOWN = new Health(State.DOWN, 0);

  /** The health after a passed check; UP once {@code threshold} of them came in a row. */
  public Health afterPass(int threshold) {
    return state == State.UP || streak + 1 >= threshold ? UP : new Health(state, streak + 1);
  }

  /** The health after a failed check; DOWN once {@code threshold} of them came in a row. */
  public Health afterFailure(int threshold) {
    return state == State.DOWN || streak + 1 >= threshold ? DOWN : new Health(state, streak + 1);
  }

  /** Whether the verdict is that the server answers. */
  public boolean isUp() {
    return state == State.UP;
  }
}
