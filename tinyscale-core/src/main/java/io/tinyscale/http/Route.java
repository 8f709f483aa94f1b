package io.tinyscale.http;

import java.util.Optional;

/** One row of the table of paths. Called from many threads at once. */
@FunctionalInterface
public interface Route {

  /**
   * What answers requests for a path.
   *
   * @param rawPath below the context path, not decoded
   * @return empty if the path is not for this row
   */
  Optional<Endpoint> at(String rawPath);

  /** A row for one path, exactly as it is written. */
  static Route exactly(String path, Endpoint endpoint) {
    Optional<Endpoint> found = Optional.of(endpoint);
    return rawPath -> rawPath.equals(path) ? found : Optional.empty();
  }
}
