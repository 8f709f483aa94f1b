/**
 * A simulated BigBlueButton server. It answers the HTTP API as the real servers do, oddities
 * included, and fails on demand.
 *
 * <p>It needs the JDK alone and shares no code with the balancer. It computes checksums in its own
 * way, so that a mistake in the balancer's checksums cannot hide. {@link
 * io.tinyscale.simulator.SimulatedServer} is the entry. {@link
 * io.tinyscale.simulator.SimulatedPool} starts several servers at once; {@link
 * io.tinyscale.simulator.Main} runs one as its own process.
 *
 * <p>The layers, from the wire up: {@code HttpServer} and {@code HttpConnection} speak HTTP/1.1
 * over blocking sockets, {@code Dispatcher} counts a request and applies a {@link
 * io.tinyscale.simulator.Fault}, {@code ApiDesk} verifies and routes the request, and the {@code
 * …Calls} classes answer from {@link io.tinyscale.simulator.SimulatedMeetings}.
 */
package io.tinyscale.simulator;
