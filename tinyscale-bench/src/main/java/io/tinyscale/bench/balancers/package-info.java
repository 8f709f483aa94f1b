/**
 * Several balancers in front of one pool, in virtual time: whole balancers as the product starts
 * them, in one thread, with a network and servers that exist only in memory and fail as told.
 */
@NullMarked
package io.tinyscale.bench.balancers;

import org.jspecify.annotations.NullMarked;
