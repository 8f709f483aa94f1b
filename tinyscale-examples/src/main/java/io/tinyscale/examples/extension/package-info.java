/**
 * A jar beside the WAR with a placement policy and an observer. {@link java.util.ServiceLoader}
 * finds both.
 */
@NullMarked
package io.tinyscale.examples.extension;

import org.jspecify.annotations.NullMarked;
