package io.tinyscale.server;

/**
 * What a server carried when it was last swept.
 *
 * @param meetings how many meetings it listed
 * @param users people in all of them; meetings that did not tell count as empty
 * @param cameras cameras in all of them
 */
public record ServerLoad(int meetings, long users, long cameras) {

  /** The load of a server that has not told its meetings yet. */
  public static final ServerLoad UNKNOWN = new ServerLoad(-1, -1, -1);

  /** Whether the server has told its meetings. */
  public boolean isKnown() {
    return meetings >= 0;
  }
}
