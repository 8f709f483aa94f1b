package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import java.util.List;

/**
 * Where a meeting is, and what a create needs to know beside that.
 *
 * @param unable servers that answered, but cannot tell: they failed, or refused our secret
 */
record Finding(Location location, List<Server> unable) {

  /** No server that was asked was unable to tell. */
  Finding(Location location) {
    this(location, List.of());
  }
}
