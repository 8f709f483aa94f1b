/**
 * A jar beside the WAR: a placement policy and an observer, found by {@link
 * java.util.ServiceLoader}.
 */
@NullMarked
package io.tinyscale.examples.extension;

import org.jspecify.annotations.NullMarked;
