/** Active checks: one sweep of a server feeds its health and the meeting directory. */
@NullMarked
package io.tinyscale.health;

import org.jspecify.annotations.NullMarked;
