package io.tinyscale.bench.soak;

/** One line of the table of figures. */
record Figure(String name, String value) {}
