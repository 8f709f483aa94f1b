/**
 * The entry for programs: assembles a whole balancer from its configuration, starts it, reports its
 * status and closes it. Only this package knows all others.
 */
@NullMarked
package io.tinyscale.balancer;

import org.jspecify.annotations.NullMarked;
