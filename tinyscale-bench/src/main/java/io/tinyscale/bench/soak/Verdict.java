package io.tinyscale.bench.soak;

/** A time in which a balancer judged a server down. */
record Verdict(String balancer, String server, Span span) {}
