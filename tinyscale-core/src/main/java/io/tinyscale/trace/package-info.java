/**
 * What tells one request from another, here and at the servers: its id, and the trace that it is
 * part of.
 */
@NullMarked
package io.tinyscale.trace;

import org.jspecify.annotations.NullMarked;
