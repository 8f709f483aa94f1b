package io.tinyscale.http;

import java.util.List;
import java.util.Optional;

/** The table of all paths that tinyscale answers, the same for every entry. Immutable. */
public final class Routes {

  private final List<Route> rows;

  private Routes(List<Route> rows) {
    this.rows = rows;
  }

  /** A table of these rows; the first row that knows a path answers it. */
  public static Routes of(Route... rows) {
    return new Routes(List.of(rows));
  }

  /**
   * What answers requests for a path.
   *
   * @param rawPath below the context path, not decoded
   * @return empty if the path is not tinyscale's
   */
  public Optional<Endpoint> at(String rawPath) {
    for (Route row : rows) {
      Optional<Endpoint> endpoint = row.at(rawPath);
      if (endpoint.isPresent()) {
        return endpoint;
      }
    }
    return Optional.empty();
  }
}
