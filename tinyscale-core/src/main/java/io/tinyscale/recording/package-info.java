/**
 * Calls about recordings that are no lists: to the owner of one recording, or to every server that
 * may own some.
 */
@NullMarked
package io.tinyscale.recording;

import org.jspecify.annotations.NullMarked;
