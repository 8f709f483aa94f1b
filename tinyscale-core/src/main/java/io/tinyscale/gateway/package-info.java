/**
 * The way of a call through the balancer: {@code Admission} lets it in or refuses it, {@link
 * io.tinyscale.gateway.Gateway} counts it and hands it to the one {@link
 * io.tinyscale.call.CallHandler} for its kind. {@link io.tinyscale.gateway.GatewayAssembly} names
 * all handlers; {@link io.tinyscale.gateway.ApiRoute} stands between HTTP and the gateway.
 */
@NullMarked
package io.tinyscale.gateway;

import org.jspecify.annotations.NullMarked;
