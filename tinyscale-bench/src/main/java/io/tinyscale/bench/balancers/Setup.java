package io.tinyscale.bench.balancers;

import io.tinyscale.meeting.Balancers;
import io.tinyscale.placement.ExpectedLoad;
import io.tinyscale.placement.RoundRobin;
import java.util.Locale;

/** A row of the table: how many balancers run, and how they are configured. */
enum Setup {
  ONE("one balancer, round robin", 1, Balancers.ONE, RoundRobin.NAME, false, 0),
  AUTO("two, nothing configured", 2, Balancers.AUTO, RoundRobin.NAME, false, 0),
  ROUND_ROBIN("two, several, round robin", 2, Balancers.SEVERAL, RoundRobin.NAME, false, 0),
  SEVERAL("two, several, expected load", 2, Balancers.SEVERAL, ExpectedLoad.NAME, false, 0),
  HASHED("the same, outer hash", 2, Balancers.SEVERAL, ExpectedLoad.NAME, false, 0.95),
  STORE_ROUND_ROBIN("two, store, round robin", 2, Balancers.SEVERAL, RoundRobin.NAME, true, 0),
  STORE("two, store, expected load", 2, Balancers.SEVERAL, ExpectedLoad.NAME, true, 0),
  STORE_HASHED(
      "two, store, expected load, outer hash", 2, Balancers.SEVERAL, ExpectedLoad.NAME, true, 0.95);

  private final String title;
  private final int balancers;
  private final Balancers mode;
  private final String placement;
  private final boolean hasStore;
  private final double affinity;

  Setup(
      String title,
      int balancers,
      Balancers mode,
      String placement,
      boolean hasStore,
      double affinity) {
    this.title = title;
    this.balancers = balancers;
    this.mode = mode;
    this.placement = placement;
    this.hasStore = hasStore;
    this.affinity = affinity;
  }

  /** The head of the row. */
  String title() {
    return title;
  }

  int balancers() {
    return balancers;
  }

  /** The value of the key {@code balancers}. */
  Balancers mode() {
    return mode;
  }

  /** The value of the key {@code placement}. */
  String placement() {
    return placement;
  }

  /** Whether the balancers share a store. */
  boolean hasStore() {
    return hasStore;
  }

  /** The share of a room's calls that surely reach the same balancer; the others reach any. */
  double affinity() {
    return affinity;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
