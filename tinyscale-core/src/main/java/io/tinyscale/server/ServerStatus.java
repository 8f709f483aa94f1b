package io.tinyscale.server;

/**
 * One server at one instant. Immutable.
 *
 * @param server its configuration, the operator's will included
 * @param health our verdict
 * @param swept whether it has told us all its meetings, and we remember them: if not, it may hold
 *     some that nobody knows of
 * @param leaving whether the operator has removed it from the pool file, so that it goes once its
 *     last meeting has; it is cordoned until then
 */
public record ServerStatus(Server server, Health health, boolean swept, boolean leaving) {

  /** Whether new meetings may be placed on it. */
  public boolean takesNewMeetings() {
    return server.state() == AdminState.ENABLED && health.isUp() && !health.isEjected();
  }

  /** Whether it may hold meetings; a disabled server is taken to hold none. */
  public boolean servesMeetings() {
    return server.state() != AdminState.DISABLED;
  }

  /** Whether it is worth asking: it may hold something and answers. */
  public boolean answers() {
    return servesMeetings() && health.isUp();
  }

  ServerStatus with(Health other) {
    return new ServerStatus(server, other, swept, leaving);
  }
}
