/**
 * The behaviour of a BigBlueButton server: calls, meetings, recordings, webhooks and callbacks.
 *
 * <p>{@link io.tinyscale.simulator.api.BigBlueButton} is one server. {@code ApiRouter} finds the
 * call that a request names and checks that the request is signed; the {@code …Calls} classes
 * answer from {@link io.tinyscale.simulator.api.SimulatedMeetings}.
 */
@NullMarked
package io.tinyscale.simulator.api;

import org.jspecify.annotations.NullMarked;
