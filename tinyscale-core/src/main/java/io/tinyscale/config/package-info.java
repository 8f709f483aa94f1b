/**
 * Reads and checks settings: the catalogue of keys, the sources of values, the pool file, and the
 * sections that several packages share. Each other section stands in the package of its feature.
 */
@NullMarked
package io.tinyscale.config;

import org.jspecify.annotations.NullMarked;
