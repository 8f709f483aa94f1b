package io.tinyscale.launcher.demo;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the simulated school sends: the calls of its front end to tinyscale, and the requests of
 * people's browsers. No stage fails: a call without an answer is a call without success.
 */
interface SchoolCalls {

  /** The front end makes the room, unless it is open; tells whether it is open now. */
  CompletionStage<Boolean> create(Lesson lesson);

  /** The browser follows the front end's link into the room; empty if it does not get there. */
  CompletionStage<Optional<Seat>> join(Lesson lesson, Person person);

  /** The front end asks whether the room is over; false as well if nobody can tell. */
  CompletionStage<Boolean> isOver(Lesson lesson);

  /** The browser loads its page once more; tells whether the server still knows the person. */
  CompletionStage<Boolean> holds(Seat seat);

  /** The person leaves the room. */
  void leave(Seat seat);
}
