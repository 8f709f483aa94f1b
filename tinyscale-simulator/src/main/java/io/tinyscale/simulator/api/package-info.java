/**
 * The behaviour of a BigBlueButton server: calls, meetings, recordings, webhooks and callbacks.
 *
 * <p>{@link io.tinyscale.simulator.api.BigBlueButton} is one server. {@code ApiRouter} finds the
 * call that a request names and checks that the request is signed; the {@code …Calls} classes
 * answer from {@link io.tinyscale.simulator.api.SimulatedMeetings}.
 *
 * <p>{@link io.tinyscale.simulator.api.MeetingEvents} tells {@code Callbacks} what happens, and it
 * sends what a real server sends, each with the requests, headers, signatures and repetitions of
 * the program that sends it there:
 *
 * <ul>
 *   <li>{@code EndCallbacks}, as bbb-web: the end of a meeting, at {@code meta_endCallbackUrl} and
 *       {@code meetingEndedURL};
 *   <li>{@code RecordingScripts}: a published recording, at the first of {@code
 *       meta_bbb-recording-ready-url}, {@code meta_bn-recording-ready-url} and {@code
 *       meta_canvas-recording-ready-url}; the analytics of a meeting that is recorded or has {@code
 *       meetingKeepEvents=true}, at {@code meta_analytics-callback-url};
 *   <li>{@code Webhooks}, as bbb-webhooks: mapped and raw events, at each registered URL.
 * </ul>
 */
@NullMarked
package io.tinyscale.simulator.api;

import org.jspecify.annotations.NullMarked;
