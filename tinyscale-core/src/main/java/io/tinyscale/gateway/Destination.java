package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.meeting.Placement;
import java.util.function.Function;

/** Where a create goes, as {@link Destinations} decide it. */
sealed interface Destination {

  /** What this case says. */
  <T> T fold(Function<Placed, T> placed, Function<Refused, T> refused);

  /**
   * It goes to a server.
   *
   * @param placement must be told what becomes of the create
   * @param sure whether all balancers have decided that it goes there
   * @param bound whether no other server can make the meeting: its parent is on this one
   */
  record Placed(Placement placement, boolean sure, boolean bound) implements Destination {

    @Override
    public <T> T fold(Function<Placed, T> placed, Function<Refused, T> refused) {
      return placed.apply(this);
    }
  }

  /**
   * It goes nowhere.
   *
   * @param error the answer
   */
  record Refused(ApiError error) implements Destination {

    @Override
    public <T> T fold(Function<Placed, T> placed, Function<Refused, T> refused) {
      return refused.apply(this);
    }
  }
}
