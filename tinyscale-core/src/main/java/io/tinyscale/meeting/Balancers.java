package io.tinyscale.meeting;

import java.util.Locale;

/** How many balancers make meetings on the servers of the pool. */
public enum Balancers {
  /** tinyscale finds out. */
  AUTO,
  /** Only this tinyscale. */
  ONE,
  /** Others, too, or programs that call the servers directly. */
  SEVERAL;

  /** The name in configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
