package io.tinyscale.launcher.demo;

/** Which demo is wanted. */
public enum DemoKind {
  /** A school fills the servers, and what happens is told. */
  SCHOOL(3),
  /** The servers are empty, for calls of one's own. */
  QUIET(2),
  /** For a run that uses each part once and ends. */
  WARM_UP(2);

  private final int servers;

  DemoKind(int servers) {
    this.servers = servers;
  }

  /** How many simulated servers it has. */
  int servers() {
    return servers;
  }
}
