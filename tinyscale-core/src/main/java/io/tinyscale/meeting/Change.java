package io.tinyscale.meeting;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What an event makes of the {@link Whereabouts} of a meeting.
 *
 * @param next {@link Whereabouts#NOTHING} or alike if there is nothing left to remember
 * @param events to be told once the change is made
 */
record Change(Whereabouts next, List<Event> events) {

  Change {
    events = List.copyOf(events);
  }

  /** The same events, with what this function makes of the next state. */
  Change map(UnaryOperator<Whereabouts> function) {
    Whereabouts mapped = function.apply(next);
    return mapped == next ? this : new Change(mapped, events);
  }

  /** Something to tell of a meeting. */
  sealed interface Event {

    void tell(Listener listener);
  }

  /**
   * The meeting is alive on two servers.
   *
   * @param kept the copy that calls go to
   */
  record Split(Copy kept, Copy other) implements Event {

    @Override
    public void tell(Listener listener) {
      listener.split(kept, other);
    }
  }

  /** A server was told to end a leftover; the meeting is live elsewhere. */
  record LeftoverEnded(String server, String live) implements Event {

    @Override
    public void tell(Listener listener) {
      listener.leftoverEnded(server, live);
    }
  }

  /** Hears the events, with the names of the servers. */
  interface Listener {

    /** See {@link Split}. */
    void split(Copy kept, Copy other);

    /** See {@link LeftoverEnded}. */
    void leftoverEnded(String server, String live);
  }
}
