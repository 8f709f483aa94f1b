package io.tinyscale.bench.balancers;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The story of one room, line by line, for those who look for the cause of something. */
final class Journal {

  private static final double SECOND = Duration.ofSeconds(1).toNanos();

  private final VirtualTime time;
  private final @Nullable String traced;
  private final Consumer<String> lines;

  /**
   * An empty journal.
   *
   * @param traced the id of the room; null if none is of interest
   */
  Journal(VirtualTime time, @Nullable String traced, Consumer<String> lines) {
    this.time = time;
    this.traced = traced;
    this.lines = lines;
  }

  /** Something happens to a room. */
  void note(String room, Supplier<String> what) {
    if (room.equals(traced)) {
      noteForAll(what);
    }
  }

  /** Something happens that may concern all rooms. */
  void noteForAll(Supplier<String> what) {
    if (traced != null) {
      lines.accept(String.format(Locale.ROOT, "%9.3f %s", time.now() / SECOND, what.get()));
    }
  }
}
