package io.tinyscale.meeting;

import java.time.Duration;

/**
 * Which evidence of a meeting's absence counts now. Immutable.
 *
 * @param balancers what the configuration says
 * @param alone whether tinyscale takes itself for the only one that makes meetings on the servers.
 *     Then the last sweeps prove that a meeting is on no server; otherwise a create asks every
 *     server
 * @param rest how much longer tinyscale stays careful if it notices no other balancer; zero if it
 *     is alone, and if the configuration says that there are others
 * @param noticed whether it is careful because it has noticed another balancer, and not because it
 *     has just started, or because the configuration says so
 */
public record Caution(Balancers balancers, boolean alone, Duration rest, boolean noticed) {}
