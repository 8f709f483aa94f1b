/** The demo: simulated servers, and all that a balancer in front of them needs. */
@NullMarked
package io.tinyscale.launcher.demo;

import org.jspecify.annotations.NullMarked;
