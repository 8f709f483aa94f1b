/**
 * A BigBlueButton server that is not one: it answers the HTTP API as the real servers do, down to
 * their oddities, and fails on demand.
 *
 * <p>It stands on the JDK alone and shares no code with the balancer; checksums above all are
 * reckoned here independently, so that a mistake there cannot hide. {@link
 * io.tinyscale.simulator.SimulatedServer} is the way in, {@link
 * io.tinyscale.simulator.SimulatedPool} starts several at once and {@link
 * io.tinyscale.simulator.Main} runs one as a process of its own.
 *
 * <p>The layers, from the wire up: {@code HttpServer} and {@code HttpConnection} speak HTTP/1.1
 * over blocking sockets, {@code Dispatcher} counts a request and applies a {@link
 * io.tinyscale.simulator.Fault}, {@code ApiDesk} verifies and routes it, and the {@code …Calls}
 * classes answer from {@link io.tinyscale.simulator.SimulatedMeetings}.
 */
package io.tinyscale.simulator;
