/**
 * Calls about recordings, except lists: they go to the owner of one recording, or to every server
 * that may own one of the recordings.
 */
@NullMarked
package io.tinyscale.recording;

import org.jspecify.annotations.NullMarked;
