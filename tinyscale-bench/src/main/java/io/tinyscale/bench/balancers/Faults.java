package io.tinyscale.bench.balancers;

/**
 * What goes wrong in a scenario.
 *
 * @param cordoned share of the pairs of a balancer and a server in which the balancer gives the
 *     server no new meetings while others may
 * @param ejected share of those pairs in which the balancer ejects the server once while rooms are
 *     opened
 * @param isSlow whether messages come late or never, some creates take long, and balancers freeze
 * @param cut share of the pairs of a balancer and a server that lose each other for a while, while
 *     users still reach the server
 * @param fail share of the servers that crash, and of those that stop for a while
 * @param storeCut whether balancers lose the shared store for a while, alone or all
 * @param storeLoses whether the shared store loses its data
 * @param clockErrorMillis by how much the clocks of servers are wrong at most
 */
record Faults(
    double cordoned,
    double ejected,
    boolean isSlow,
    double cut,
    double fail,
    boolean storeCut,
    boolean storeLoses,
    double clockErrorMillis) {}
