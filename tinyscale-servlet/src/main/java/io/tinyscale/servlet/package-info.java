/** The Jakarta servlet side: the filter, its assembly, and the bodies in and out. */
@NullMarked
package io.tinyscale.servlet;

import org.jspecify.annotations.NullMarked;
