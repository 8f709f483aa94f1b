/** The package, looked at and installed. */
@NullMarked
package io.tinyscale.debian;

import org.jspecify.annotations.NullMarked;
