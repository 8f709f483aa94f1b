package io.tinyscale.health;

import io.tinyscale.body.Stages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Many calls to one server, of which a few are under way at the same time. */
final class Lanes {

  /** How many calls go to one server at the same time. */
  static final int WIDTH = 8;

  private Lanes() {}

  /**
   * Takes a step for each of the items.
   *
   * @return done when every step is done
   */
  static <T> CompletionStage<?> each(
      Collection<T> items, Function<T, ? extends CompletionStage<?>> step) {
    List<CompletionStage<Object>> lanes = new ArrayList<>();
    for (int i = 0; i < WIDTH; i++) {
      lanes.add(CompletableFuture.completedStage(null));
    }
    int next = 0;
    for (T item : items) {
      int lane = next++ % WIDTH;
      lanes.set(
          lane,
          lanes
              .get(lane)
              .thenCompose(
                  before -> Stages.started(() -> step.apply(item).thenApply(done -> done))));
    }
    return Stages.all(lanes);
  }
}
