/**
 * The way of a call through the balancer. {@link io.tinyscale.gateway.ApiRoute} turns an HTTP
 * request into a call. {@code Admission} accepts or refuses the call. {@link
 * io.tinyscale.gateway.Gateway} counts it and hands it to its {@link
 * io.tinyscale.call.CallHandler}. {@link io.tinyscale.gateway.GatewayAssembly} names all handlers.
 */
@NullMarked
package io.tinyscale.gateway;

import org.jspecify.annotations.NullMarked;
