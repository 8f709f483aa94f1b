/**
 * The servers behind the balancer and their status. {@link io.tinyscale.server.ServerPool} is the
 * only place where the status changes; readers get immutable snapshots.
 */
@NullMarked
package io.tinyscale.server;

import org.jspecify.annotations.NullMarked;
