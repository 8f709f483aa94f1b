/**
 * Reports events to logs and metrics. An observer overrides the methods of the events that it
 * wants. The balancer takes any number of observers in addition to its log.
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
