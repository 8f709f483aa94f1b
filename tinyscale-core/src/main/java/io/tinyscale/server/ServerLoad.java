package io.tinyscale.server;

import java.util.Map;

/**
 * What a server carried when it was last swept.
 *
 * @param meetings how many meetings it listed
 * @param users people in all of them; meetings that did not tell count as empty
 * @param cameras cameras in all of them
 * @param details more of the same
 */
public record ServerLoad(int meetings, long users, long cameras, Details details) {

  /**
   * More of the same, for metrics alone.
   *
   * @param people the sizes of the meetings in people
   * @param listeners the same in people who only listen
   * @param voices the same in people with a microphone
   * @param videos the same in cameras
   * @param breakouts how many of the meetings are breakout rooms
   * @param largest people in the meeting with the most
   * @param origins people by where their meetings come from: the largest, and one for the others
   */
  public record Details(
      RoomSizes people,
      RoomSizes listeners,
      RoomSizes voices,
      RoomSizes videos,
      int breakouts,
      int largest,
      Map<Origin, Integer> origins) {

    /** Copies the map. */
    public Details {
      origins = Map.copyOf(origins);
    }

    /** No meeting told anything. */
    public static final Details NONE =
        new Details(RoomSizes.NONE, RoomSizes.NONE, RoomSizes.NONE, RoomSizes.NONE, 0, 0, Map.of());
  }

  /** A load without details. */
  public ServerLoad(int meetings, long users, long cameras) {
    this(meetings, users, cameras, Details.NONE);
  }

  /** The load of a server that has not told its meetings yet. */
  public static final ServerLoad UNKNOWN = new ServerLoad(-1, -1, -1);

  /** Whether the server has told its meetings. */
  public boolean isKnown() {
    return meetings >= 0;
  }
}
