package io.tinyscale.store;

/** What balancers tell each other at once. Nothing may depend on its arrival. */
public sealed interface Notice {

  /** An administrator has decided something. */
  record States() implements Notice {}

  /**
   * A meeting was made.
   *
   * @param server name of its server
   */
  record Made(StoreKey meeting, String server) implements Notice {}

  /** A server was told to end a meeting. */
  record Ending(StoreKey meeting) implements Notice {}
}
