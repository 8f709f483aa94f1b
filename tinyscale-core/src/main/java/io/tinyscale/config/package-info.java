/** The whole configuration: its keys, where they come from, and the pool file. */
@NullMarked
package io.tinyscale.config;

import org.jspecify.annotations.NullMarked;
