package io.tinyscale.meeting;

import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a room with people waits for a server that does not answer: people may reach a server
 * that we do not, and a second room elsewhere would split them. A machine that refuses connections
 * is there, and its web server is not; so that wait is shorter. Thread-safe.
 */
public final class Patience {

  /** How long unless an operator says otherwise. */
  public static final Duration USUAL = Duration.ofSeconds(20);

  private static final Duration REFUSING = Duration.ofSeconds(5);

  private final Contacts contacts;
  private final LongSupplier nanoClock;
  private final Duration silent;

  /**
   * Waits for the servers with these contacts.
   *
   * @param nanoClock the clock of the contacts, as {@link System#nanoTime()}
   * @param silent how long a server may be silent in any way
   */
  public Patience(Contacts contacts, LongSupplier nanoClock, Duration silent) {
    this.contacts = contacts;
    this.nanoClock = nanoClock;
    this.silent = silent;
  }

  /** Whether the last word of a server is silence. */
  boolean isSilent(Server server) {
    return contacts.with(server).isSilent();
  }

  /**
   * Whether BBB has answered on a server's address since then.
   *
   * @param since on the scale of {@link System#nanoTime()}
   */
  boolean hasAnsweredSince(Server server, long since) {
    return contacts.with(server).hasAnsweredSince(since);
  }

  /** Whether a server has refused connections, or been silent, for so long that it is given up. */
  boolean isOver(Server server) {
    return isOverByRefusal(server)
        || contacts.with(server).silentFor(nanoClock.getAsLong()).compareTo(silent) >= 0;
  }

  /** Whether a server has refused connections for so long that it is given up. */
  boolean isOverByRefusal(Server server) {
    return contacts.with(server).refusingFor(nanoClock.getAsLong()).compareTo(REFUSING) >= 0;
  }
}
