package io.tinyscale.store;

import java.time.Instant;

/**
 * What an administrator decided about a server.
 *
 * @param state as the pool file has it, such as {@code cordoned}
 * @param by who: the id of the balancer, and the token's name if there is one
 * @param at when, by that balancer's clock
 */
public record SharedState(String state, String by, Instant at) {}
