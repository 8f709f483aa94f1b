package io.tinyscale.launcher.demo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A room of the simulated school with its people. Whoever finds it closed makes it by the front
 * end's create, as Moodle does when somebody clicks. For one thread, the given one.
 */
final class Classroom {

  private static final Duration BETWEEN_CLICKS = Duration.ofSeconds(1);

  private final Lesson lesson;
  private final List<Visitor> visitors;
  private final SchoolCalls calls;
  private final Supplier<Duration> clock;
  private final Executor thread;

  /**
   * Nobody opens the room before: one person asks for a room that does not open, not all of them.
   */
  private Duration closedUntil = Duration.ZERO;

  Classroom(Lesson lesson, SchoolCalls calls, Supplier<Duration> clock, Executor thread) {
    this.lesson = lesson;
    this.visitors = lesson.people().stream().map(Visitor::new).toList();
    this.calls = calls;
    this.clock = clock;
    this.thread = thread;
  }

  String name() {
    return lesson.name();
  }

  List<Visitor> visitors() {
    return visitors;
  }

  /** How many people are in. */
  int people() {
    return (int) visitors.stream().filter(visitor -> visitor.seat().isPresent()).count();
  }

  /** The server that the room is on; empty while nobody is in. */
  Optional<String> server() {
    return visitors.stream()
        .flatMap(visitor -> visitor.seat().stream())
        .findFirst()
        .map(Seat::server);
  }

  /** Whether all are in who want to be. */
  boolean isComplete() {
    Duration now = clock.get();
    return visitors.stream().noneMatch(visitor -> visitor.isAwaited(now));
  }

  /**
   * Lets people in and out.
   *
   * @param most how many at most
   * @param accepted which servers somebody can be on: the others are known to be dead
   * @return how many
   */
  int move(int most, Predicate<String> accepted) {
    Duration now = clock.get();
    int moved = 0;
    for (Visitor visitor : visitors) {
      if (moved < most && visitor.wantsOut(now)) {
        visitor.seat().ifPresent(calls::leave);
        visitor.stand();
        moved++;
      } else if (moved < most && visitor.wantsIn(now) && isReady(now)) {
        enter(visitor, accepted);
        moved++;
      }
    }
    return moved;
  }

  /** Whether the room is open, or may be opened, which nobody does already. */
  private boolean isReady(Duration now) {
    return server().isPresent()
        || now.compareTo(closedUntil) >= 0 && visitors.stream().noneMatch(Visitor::enters);
  }

  private void enter(Visitor visitor, Predicate<String> accepted) {
    visitor.click();
    CompletionStage<Boolean> open =
        server().isPresent() ? CompletableFuture.completedStage(true) : calls.create(lesson);
    open.thenCompose(
            isOpen ->
                isOpen
                    ? calls.join(lesson, visitor.person())
                    : CompletableFuture.completedStage(Optional.<Seat>empty()))
        .thenAcceptAsync(
            seat ->
                seat.filter(place -> accepted.test(place.server()))
                    .ifPresentOrElse(visitor::sit, () -> stayOut(visitor)),
            thread);
  }

  private void stayOut(Visitor visitor) {
    closedUntil = clock.get().plus(BETWEEN_CLICKS);
    visitor.retryAt(closedUntil);
  }

  /** Asks whether somebody has ended the room; its people then click again, as after a loss. */
  void check() {
    Set<Seat> asked =
        visitors.stream().flatMap(visitor -> visitor.seat().stream()).collect(Collectors.toSet());
    if (!asked.isEmpty()) {
      calls
          .isOver(lesson)
          .thenAcceptAsync(
              isOver -> {
                if (isOver) {
                  lose(asked);
                }
              },
              thread);
    }
  }

  /** People who came in after the question may be in the room that was made anew. */
  private void lose(Set<Seat> seats) {
    Duration now = clock.get();
    visitors.stream()
        .filter(visitor -> visitor.seat().filter(seats::contains).isPresent())
        .forEach(visitor -> visitor.lose(now));
  }
}
