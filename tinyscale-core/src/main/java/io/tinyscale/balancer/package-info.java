/**
 * The front door: a whole balancer, put together from its configuration, started, looked at and
 * closed. The one package that knows all others.
 */
@NullMarked
package io.tinyscale.balancer;

import org.jspecify.annotations.NullMarked;
