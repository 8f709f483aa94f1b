package io.tinyscale.server;

/**
 * One server at one instant. Immutable.
 *
 * @param server its configuration, the operator's will included
 * @param health our verdict
 * @param swept whether it has told us all its meetings, and we remember them: if not, it may hold
 *     some that nobody knows of
 * @param load what it carried when it last told its meetings
 * @param refusesSecret whether it refused our checksum when it was last asked for its meetings, or
 *     that of a call since
 * @param leaving whether the operator has removed it from the pool file, so that it goes once its
 *     last meeting has; it is cordoned until then
 */
public record ServerStatus(
    Server server,
    Health health,
    boolean swept,
    ServerLoad load,
    boolean refusesSecret,
    boolean leaving) {

  /** A server of which nothing is known but the verdict. */
  ServerStatus(Server server, Health health, boolean swept) {
    this(server, health, swept, ServerLoad.UNKNOWN, false, false);
  }

  /** Whether new meetings may be placed on the server. */
  public boolean takesNewMeetings() {
    return server.state() == AdminState.ENABLED
        && health.isUp()
        && !health.isEjected()
        && !health.isTried()
        && !health.isInDoubt()
        && !refusesSecret;
  }

  /**
   * Whether new meetings may be placed on the server if no server takes new meetings: real calls to
   * it fail, it is being tried, or it is in doubt whether it answers.
   */
  public boolean isLastResort() {
    return server.state() == AdminState.ENABLED
        && (health.isEjected() || health.isTried() || health.isInDoubt())
        && !refusesSecret;
  }

  /**
   * Whether the server may hold meetings, recordings and webhooks; a disabled server is taken to
   * hold nothing.
   */
  public boolean inUse() {
    return server.state() != AdminState.DISABLED;
  }

  /** Whether the server is in use and up: it is worth asking. */
  public boolean reachable() {
    return inUse() && health.isUp();
  }

  /** Whether the server can say which meetings it has: it is reachable and accepts our secret. */
  public boolean tells() {
    return reachable() && !refusesSecret;
  }

  ServerStatus with(Health other) {
    return new ServerStatus(server, other, swept, load, refusesSecret, leaving);
  }

  ServerStatus withMeetings(boolean told, ServerLoad other) {
    return new ServerStatus(server, health, told, other, refusesSecret, leaving);
  }

  ServerStatus withRefusesSecret(boolean other) {
    return new ServerStatus(server, health, swept, load, other, leaving);
  }

  /** The same server as another pool file has it. */
  ServerStatus with(Server other, boolean isLeaving) {
    boolean sameSecret = other.secret().equals(server.secret());
    return new ServerStatus(other, health, swept, load, refusesSecret && sameSecret, isLeaving);
  }
}
