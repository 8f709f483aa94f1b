/**
 * The soak program: front ends call while servers fail. The program then checks what happened with
 * the servers' own journals.
 *
 * <p>{@code SoakCommand} reads the command line, {@code Soak} is one run. {@code Schedule} plans
 * the faults, {@code Chaos} applies them to the servers. {@code FrontEnd} sends calls. {@code
 * History} records what happened, and each {@code Check} looks for violations in it.
 *
 * <p>{@code FiguresCommand} measures counts and times with the same processes.
 */
@NullMarked
package io.tinyscale.bench.soak;

import org.jspecify.annotations.NullMarked;
