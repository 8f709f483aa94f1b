/** Locate: which server holds a meeting. */
@NullMarked
package io.tinyscale.meeting;

import org.jspecify.annotations.NullMarked;
