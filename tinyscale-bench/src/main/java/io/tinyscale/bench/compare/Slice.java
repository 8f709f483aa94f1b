package io.tinyscale.bench.compare;

/**
 * The figures of one engine in one round.
 *
 * @param perSecond right answers per second
 * @param p50 milliseconds
 * @param p95 milliseconds
 * @param p99 milliseconds
 * @param p999 milliseconds
 * @param cpuMicros user and system time of the engine's processes per right answer
 * @param residentMegabytes memory of the engine's processes in use at the end
 * @param upstreamCalls calls that reached the servers per right answer
 * @param wrong wrong answers
 */
record Slice(
    double perSecond,
    double p50,
    double p95,
    double p99,
    double p999,
    double cpuMicros,
    double residentMegabytes,
    double upstreamCalls,
    long wrong) {}
