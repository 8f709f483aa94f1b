/**
 * Faults: the ways in which a simulated server can fail on demand.
 *
 * <p>A {@link io.tinyscale.simulator.fault.Fault} is a value, {@link
 * io.tinyscale.simulator.fault.Faults} keeps those that are in force, and {@link
 * io.tinyscale.simulator.fault.FaultInjector} turns one into a reaction of the connection.
 */
@NullMarked
package io.tinyscale.simulator.fault;

import org.jspecify.annotations.NullMarked;
