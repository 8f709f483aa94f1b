/** The Jakarta servlet side: requests in, answers out, never a blocked thread. */
@NullMarked
package io.tinyscale.servlet;

import org.jspecify.annotations.NullMarked;
