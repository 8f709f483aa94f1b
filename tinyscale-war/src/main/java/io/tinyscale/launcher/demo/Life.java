package io.tinyscale.launcher.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of the process of a simulated server.
 *
 * @param server the server's name
 * @param process the process's id
 * @param ended when it ended, since the start of the demo; empty while it runs
 */
record Life(String server, long process, Optional<Duration> ended) {}
