/**
 * The soak program: front ends, servers that fail, and a judge who reads the servers' own journals.
 *
 * <p>{@code SoakCommand} reads the command line, {@code Soak} is one run. {@code Schedule} says
 * what goes wrong and when, {@code Chaos} does it to the {@code Fleet}. {@code FrontEnd} calls.
 * What happened becomes a {@code History}, and each {@code Check} finds violations in it.
 */
@NullMarked
package io.tinyscale.bench.soak;

import org.jspecify.annotations.NullMarked;
