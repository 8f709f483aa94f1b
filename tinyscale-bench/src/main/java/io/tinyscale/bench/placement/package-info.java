/**
 * The simulation of placement: school and university terms in virtual time, tinyscale's own
 * policies, and the formulas of other load balancers, written anew from their description.
 */
@NullMarked
package io.tinyscale.bench.placement;

import org.jspecify.annotations.NullMarked;
