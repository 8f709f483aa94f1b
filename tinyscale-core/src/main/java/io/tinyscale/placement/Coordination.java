package io.tinyscale.placement;

/** How balancers before the same servers come to choose the same one for a meeting. */
public enum Coordination {
  /** There is one balancer. */
  ALONE,
  /** They share nothing, and choose by a formula that mostly gives the same server. */
  RENDEZVOUS,
  /** A store settles what they choose differently. */
  STORE
}
