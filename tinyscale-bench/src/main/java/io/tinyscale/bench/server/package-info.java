/**
 * Trivial BigBlueButton servers with canned answers. They cost little, so a measurement shows the
 * cost of the load balancer before them.
 */
@NullMarked
package io.tinyscale.bench.server;

import org.jspecify.annotations.NullMarked;
