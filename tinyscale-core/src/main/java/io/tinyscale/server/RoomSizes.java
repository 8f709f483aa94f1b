package io.tinyscale.server;

import java.util.Arrays;
import java.util.List;

/**
 * How large the meetings of a server are, without a list of them. Immutable.
 *
 * @param rooms how many meetings are of each size: those up to the first of the {@link #BOUNDS},
 *     those beyond it up to the second, and so on; in the end those beyond the last
 * @param sum the sizes of all meetings together
 */
public record RoomSizes(List<Integer> rooms, long sum) {

  /** What sizes are told apart by. */
  public static final List<Integer> BOUNDS =
      List.of(0, 1, 5, 15, 30, 60, 90, 120, 150, 200, 250, 300, 400, 500);

  /** No meeting. */
  public static final RoomSizes NONE = new Counter().sizes();

  /** Copies the list. */
  public RoomSizes {
    rooms = List.copyOf(rooms);
    if (rooms.size() != BOUNDS.size() + 1) {
      throw new IllegalArgumentException(rooms.size() + " sizes");
    }
  }

  /** Counts meetings while they come. Not thread-safe. */
  public static final class Counter {

    private final int[] rooms = new int[BOUNDS.size() + 1];
    private long sum;

    /** Has counted no meeting. */
    public Counter() {}

    /** Counts one more meeting; a size that is not known, below 0, counts as 0. */
    public void add(int size) {
      int place = 0;
      while (place < BOUNDS.size() && size > BOUNDS.get(place)) {
        place++;
      }
      rooms[place]++;
      sum += Math.max(0, size);
    }

    /** What was counted until now. */
    public RoomSizes sizes() {
      return new RoomSizes(Arrays.stream(rooms).boxed().toList(), sum);
    }
  }
}
