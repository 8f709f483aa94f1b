package io.tinyscale.bench.compare;

import java.util.List;
import java.util.Optional;

/** All engines of one scenario. */
record ScenarioResult(String scenario, String description, String load, List<Result> engines) {

  ScenarioResult {
    engines = List.copyOf(engines);
  }

  Optional<Result> engine(String name) {
    return engines.stream().filter(result -> result.engine().equals(name)).findFirst();
  }
}
