/** The Jakarta servlet side: the filter, its assembly, and the bodies of requests and answers. */
@NullMarked
package io.tinyscale.servlet;

import org.jspecify.annotations.NullMarked;
