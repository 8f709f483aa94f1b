/** Active checks: one sweep of a server tells its health and its meetings. */
@NullMarked
package io.tinyscale.health;

import org.jspecify.annotations.NullMarked;
