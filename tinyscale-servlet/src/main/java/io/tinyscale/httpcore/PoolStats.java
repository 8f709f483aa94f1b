package io.tinyscale.httpcore;

/**
 * The connections to one origin at one moment.
 *
 * @param origin host, and port unless it is the usual one
 * @param limit most connections at a time
 * @param open connections that are open or being opened
 * @param idle those of them that carry no exchange
 * @param waiting exchanges that wait for a connection
 */
public record PoolStats(String origin, int limit, int open, int idle, int waiting) {}
