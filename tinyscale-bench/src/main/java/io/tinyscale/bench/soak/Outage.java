package io.tinyscale.bench.soak;

/** A time in which one balancer did not work. */
record Outage(String balancer, Kind kind, Span span) {

  /** What had become of the balancer. */
  enum Kind {
    /** It was ended or killed, and started again without what it knew. */
    RESTART,
    /** SIGSTOP and SIGCONT. */
    FREEZE
  }

  boolean isRestart() {
    return kind == Kind.RESTART;
  }

  @Override
  public String toString() {
    return kind + " of " + balancer + " " + Clock.text(span);
  }
}
