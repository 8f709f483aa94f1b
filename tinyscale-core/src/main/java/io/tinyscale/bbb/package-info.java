/**
 * The BigBlueButton API as plain values: calls, raw queries, checksums, errors, documents. No I/O.
 */
@NullMarked
package io.tinyscale.bbb;

import org.jspecify.annotations.NullMarked;
