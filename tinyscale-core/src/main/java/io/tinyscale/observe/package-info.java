/**
 * What happened, told to logs and metrics. An observer overrides the events that it wants to hear;
 * the balancer takes any number of observers beside its log.
 *
 * <pre>{@code
 * GatewayObserver pager =
 *     new GatewayObserver() {
 *       @Override
 *       public void serverDown(Server server, String cause) {
 *         page(server.name() + " is down: " + cause);
 *       }
 *     };
 * }</pre>
 */
@NullMarked
package io.tinyscale.observe;

import org.jspecify.annotations.NullMarked;
