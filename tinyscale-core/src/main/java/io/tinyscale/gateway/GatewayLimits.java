package io.tinyscale.gateway;

import java.time.Duration;

/**
 * What a call may take.
 *
 * @param answer time for a server's answer
 * @param create time for the answer to a create or insertDocument once the body was sent
 * @param list time for a list of all servers
 * @param reuse how long an answer serves equal reads; zero: not at all
 * @param body bytes of a request's body
 * @param query bytes of a query, or of a form in the body
 * @param calls most calls that are answered at the same time
 */
public record GatewayLimits(
    Duration answer,
    Duration create,
    Duration list,
    Duration reuse,
    long body,
    int query,
    int calls) {}
