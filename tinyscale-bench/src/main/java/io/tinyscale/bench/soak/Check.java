package io.tinyscale.bench.soak;

import java.util.List;

/** One promise, held against what happened. A pure function. */
interface Check {

  List<Violation> violationsIn(History history);
}
