package io.tinyscale.launcher.demo;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A person of one lesson, in the room or not. For one thread. */
final class Visitor {

  private final Person person;
  private @Nullable Seat seat;
  private boolean enters;
  private Duration notBefore = Duration.ZERO;
  private int losses;

  Visitor(Person person) {
    this.person = person;
  }

  Person person() {
    return person;
  }

  /** The place in the room; empty for a person outside. */
  Optional<Seat> seat() {
    return Optional.ofNullable(seat);
  }

  /** Whether the person has clicked, and is not in yet. */
  boolean enters() {
    return enters;
  }

  /** How often the person has lost the connection. */
  int losses() {
    return losses;
  }

  /** Whether the person wants in, at once or in a moment. */
  boolean isAwaited(Duration now) {
    return seat == null && person.attends(now);
  }

  /** Whether the person clicks now. */
  boolean wantsIn(Duration now) {
    return isAwaited(now) && !enters && now.compareTo(notBefore) >= 0;
  }

  /** Whether the person leaves now. */
  boolean wantsOut(Duration now) {
    return seat != null && !person.attends(now);
  }

  void click() {
    enters = true;
  }

  void sit(Seat place) {
    enters = false;
    seat = place;
  }

  /** The click led nowhere; the person clicks again, but not before. */
  void retryAt(Duration time) {
    enters = false;
    notBefore = time;
  }

  void stand() {
    seat = null;
  }

  /** The connection is lost. */
  void lose(Duration now) {
    seat = null;
    losses++;
    notBefore = now.plus(person.reacts());
  }
}
