/**
 * What several balancers share, if they have a store: where creates go, which servers others reach,
 * what administrators decided. This package says what a store must do; another module does it.
 */
@NullMarked
package io.tinyscale.store;

import org.jspecify.annotations.NullMarked;
