package io.tinyscale.bench.balancers;

import java.util.Locale;

/** A column of the table: what goes wrong while rooms are opened, ended and opened again. */
enum Scenario {
  CALM("calm", new Faults(0, 0, false, 0, 0, false, false, 1)),
  DRIFT("drift", new Faults(0.025, 0.6, false, 0, 0, false, false, 1)),
  SLOW("slow", new Faults(0, 0, true, 0, 0, false, false, 1)),
  CUTS("cuts", new Faults(0, 0, false, 0.15, 0, false, false, 1)),
  CRASHES("crashes", new Faults(0, 0, false, 0, 0.1, false, false, 1)),
  CLOCKS("clocks", new Faults(0, 0, false, 0, 0, false, false, 50)),
  STORE_CUT("store cut off", new Faults(0, 0, false, 0, 0, true, false, 1)),
  STORE_LOST("store lost its data", new Faults(0, 0, false, 0, 0, false, true, 1)),
  ALL("all of it", new Faults(0.0125, 0.3, true, 0.15, 0.1, true, true, 1));

  private final String title;
  private final Faults faults;

  Scenario(String title, Faults faults) {
    this.title = title;
    this.faults = faults;
  }

  /** The head of the column. */
  String title() {
    return title;
  }

  Faults faults() {
    return faults;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
