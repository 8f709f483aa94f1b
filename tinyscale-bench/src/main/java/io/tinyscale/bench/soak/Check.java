package io.tinyscale.bench.soak;

import java.util.List;

/** Checks one promise against the history of a run. A pure function. */
interface Check {

  List<Violation> violationsIn(History history);
}
