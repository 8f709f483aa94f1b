/**
 * How settings are read and checked: the catalogue of keys, the places that values come from, the
 * pool file, and the sections that features further right share or that have no package in core.
 * The other sections stand next to their features.
 */
@NullMarked
package io.tinyscale.config;

import org.jspecify.annotations.NullMarked;
