/** Who is calling: the tenant whose secret made the checksum. */
@NullMarked
package io.tinyscale.tenant;

import org.jspecify.annotations.NullMarked;
