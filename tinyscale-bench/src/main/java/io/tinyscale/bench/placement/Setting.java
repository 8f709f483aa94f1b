package io.tinyscale.bench.placement;

/**
 * What a policy of one run is made from.
 *
 * @param balancer which of the balancers it belongs to
 */
record Setting(
    Trace trace,
    SimulatedServer[] servers,
    VirtualClock clock,
    Conditions conditions,
    int balancer) {

  /** Random numbers for this policy alone. */
  Dice dice(String purpose) {
    return new Dice(trace.seed(), purpose + " of balancer " + balancer);
  }
}
