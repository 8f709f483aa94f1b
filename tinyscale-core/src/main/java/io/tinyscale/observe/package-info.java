/** What happened, told to logs and metrics. */
@NullMarked
package io.tinyscale.observe;

import org.jspecify.annotations.NullMarked;
