/** Tests of the packaged WAR. Every test runs the WAR in its own process. */
@NullMarked
package io.tinyscale.it;

import org.jspecify.annotations.NullMarked;
