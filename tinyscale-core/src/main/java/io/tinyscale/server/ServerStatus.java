package io.tinyscale.server;

import java.time.Instant;
import java.time.InstantSource;

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
 * @param since since when it has its verdict: up, down, ejected, on trial, or refusing our secret
 * @param cause why the verdict is not up, or why that is in doubt: of the last failure that
 *     counted; empty if there is none
 */
public record ServerStatus(
    Server server,
    Health health,
    boolean swept,
    ServerLoad load,
    boolean refusesSecret,
    boolean leaving,
    Instant since,
    String cause) {

  /** Causes come from servers, too. */
  private static final int LONGEST_CAUSE = 200;

  /** A server whose verdict has neither a time nor a cause. */
  public ServerStatus(
      Server server,
      Health health,
      boolean swept,
      ServerLoad load,
      boolean refusesSecret,
      boolean leaving) {
    this(server, health, swept, load, refusesSecret, leaving, Instant.EPOCH, "");
  }

  /** A server of which nothing is known but the verdict. */
  ServerStatus(Server server, Health health, Instant since) {
    this(server, health, false, ServerLoad.UNKNOWN, false, false, since, "");
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
    return new ServerStatus(server, other, swept, load, refusesSecret, leaving, since, cause);
  }

  ServerStatus withMeetings(boolean told, ServerLoad other) {
    return new ServerStatus(server, health, told, other, refusesSecret, leaving, since, cause);
  }

  ServerStatus withRefusesSecret(boolean other) {
    return new ServerStatus(server, health, swept, load, other, leaving, since, cause);
  }

  /** The same with the cause of a failure that counts. */
  ServerStatus because(String other) {
    String shown = other.length() > LONGEST_CAUSE ? other.substring(0, LONGEST_CAUSE) : other;
    return shown.equals(cause)
        ? this
        : new ServerStatus(server, health, swept, load, refusesSecret, leaving, since, shown);
  }

  /** The same as what follows another status: with its time, unless the verdict is another one. */
  ServerStatus after(ServerStatus before, InstantSource clock) {
    ServerStatus settled =
        health.isUndoubted() && !refusesSecret && !cause.isEmpty() ? because("") : this;
    return settled.isLike(before)
        ? settled
        : new ServerStatus(
            server, health, swept, load, refusesSecret, leaving, clock.instant(), settled.cause);
  }

  private boolean isLike(ServerStatus other) {
    return refusesSecret == other.refusesSecret
        && health.isUp() == other.health.isUp()
        && health.isEjected() == other.health.isEjected()
        && health.isOnTrial() == other.health.isOnTrial();
  }

  /** The same server as another pool file has it. */
  ServerStatus with(Server other, boolean isLeaving) {
    boolean sameSecret = other.secret().equals(server.secret());
    return new ServerStatus(
        other, health, swept, load, refusesSecret && sameSecret, isLeaving, since, cause);
  }
}
