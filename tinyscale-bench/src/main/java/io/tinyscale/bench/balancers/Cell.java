package io.tinyscale.bench.balancers;

/** One cell of the table. */
record Cell(Setup row, Scenario column) {}
