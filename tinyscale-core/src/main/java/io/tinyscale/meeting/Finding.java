package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import java.util.List;

/**
 * Where a meeting is, and what a create needs to know beside that.
 *
 * @param unable servers from which an answer came that does not tell: an error, or that it refuses
 *     our secret
 */
record Finding(Location location, List<Server> unable) {

  /** No server that was asked was unable to tell. */
  Finding(Location location) {
    this(location, List.of());
  }
}
