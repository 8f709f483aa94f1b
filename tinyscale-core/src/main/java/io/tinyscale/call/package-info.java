/**
 * A call whose checksum holds, on its way to an answer: what every handler of calls needs, and the
 * relay to one server.
 */
@NullMarked
package io.tinyscale.call;

import org.jspecify.annotations.NullMarked;
