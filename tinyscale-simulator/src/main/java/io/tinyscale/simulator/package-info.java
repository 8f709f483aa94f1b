/**
 * A simulated BigBlueButton server: it answers the HTTP API as real servers do, oddities included,
 * and fails on demand.
 *
 * <p>It needs nothing but the JDK when it runs and shares no code with the balancer. Above all it
 * computes checksums on its own, so that a mistake in the balancer cannot hide. {@link
 * io.tinyscale.simulator.SimulatedServer} starts one server, {@link
 * io.tinyscale.simulator.SimulatedPool} starts several at once and {@link
 * io.tinyscale.simulator.Main} runs one as a process of its own.
 *
 * <p>A request passes three packages: {@code http} reads it from the connection, {@code Dispatcher}
 * counts it and applies a {@link io.tinyscale.simulator.fault.Fault} from {@code fault}, and {@code
 * api} answers it. {@code http} knows none of the others; {@code fault} and {@code api} do not know
 * each other.
 */
@NullMarked
package io.tinyscale.simulator;

import org.jspecify.annotations.NullMarked;
