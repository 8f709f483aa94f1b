/** The journey of a call: authenticate, locate or place, sign, send, answer. */
@NullMarked
package io.tinyscale.gateway;

import org.jspecify.annotations.NullMarked;
