/**
 * Callbacks of BBB servers to front ends, and the seam to the relay that signs them anew: {@link
 * io.tinyscale.callback.CallbackRelay} is implemented outside core and given to the balancer like a
 * transport.
 */
@NullMarked
package io.tinyscale.callback;

import org.jspecify.annotations.NullMarked;
