/**
 * Trivial BigBlueButton servers with canned answers, so that what stands before them is measured.
 */
@NullMarked
package io.tinyscale.bench.server;

import org.jspecify.annotations.NullMarked;
