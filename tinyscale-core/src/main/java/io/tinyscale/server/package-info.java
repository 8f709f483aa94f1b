/**
 * The servers behind the balancer and what it knows of them. {@link io.tinyscale.server.ServerPool}
 * is the one place where that changes; readers get immutable snapshots.
 */
@NullMarked
package io.tinyscale.server;

import org.jspecify.annotations.NullMarked;
