package io.tinyscale.server;

import org.jspecify.annotations.Nullable;

/**
 * The bound on the calls in flight was reached and a call was refused, or there is room again.
 *
 * @param server the server whose bound it is; null for the bound on all calls
 * @param most how many calls may be in flight
 * @param refused how many calls were refused in the whole overload, once it is over; 0 when it
 *     begins
 */
public record Overload(@Nullable Server server, int most, long refused) {

  /** Whether there is room again. */
  public boolean isOver() {
    return refused > 0;
  }
}
