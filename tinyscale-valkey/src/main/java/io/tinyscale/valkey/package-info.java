/**
 * What several balancers share, kept in Redis or Valkey. Needs no command or option that is newer
 * than Redis 6.0 and Valkey 7.2, and no persistence.
 */
@NullMarked
package io.tinyscale.valkey;

import org.jspecify.annotations.NullMarked;
