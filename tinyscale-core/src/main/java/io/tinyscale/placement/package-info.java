/** Place: which server gets a new meeting. */
@NullMarked
package io.tinyscale.placement;

import org.jspecify.annotations.NullMarked;
