package io.tinyscale.health;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.tenant.MeetingId;
import java.util.Map;

/** What one sweep of a server found. */
public sealed interface Sweep {

  /** The server that was swept. */
  Server server();

  /** What became of it, for logs and metrics. */
  SweepOutcome outcome();

  /**
   * Whether the server answered and, as far as that shows, accepts our secret. Its list may be
   * unknown all the same: late, cut or refused.
   */
  default boolean isAnswered() {
    return this instanceof Passed || this instanceof Partial;
  }

  /**
   * The server told its meetings.
   *
   * @param meetings by external id
   * @param complete whether these are all; if not, there were too many
   * @param load the sums of all meetings
   * @param damaged whether something in the list had to be mended or left out
   * @param begun when the sweep began, on the scale of {@link System#nanoTime()}
   */
  record Passed(
      Server server,
      Map<MeetingId, HeldMeeting> meetings,
      boolean complete,
      ServerLoad load,
      boolean damaged,
      long begun)
      implements Sweep {

    @Override
    public SweepOutcome outcome() {
      return damaged ? SweepOutcome.DAMAGED : SweepOutcome.COMPLETE;
    }
  }

  /**
   * The server answered, but its list could not be read, or not as a whole.
   *
   * @param meetings those that could be read; there may be others
   * @param cause for the operator; empty if the list came to its end, and only an item could not be
   *     read
   * @param begun when the sweep began, on the scale of {@link System#nanoTime()}
   */
  record Partial(Server server, Map<MeetingId, HeldMeeting> meetings, String cause, long begun)
      implements Sweep {

    /** Whether the list came to its end. */
    boolean isRead() {
      return cause.isEmpty();
    }

    @Override
    public SweepOutcome outcome() {
      return isRead() ? SweepOutcome.DAMAGED : SweepOutcome.UNKNOWN;
    }
  }

  /**
   * Nothing answered; before the second question, the list could not be read.
   *
   * @param meetings those that could be read before the list broke off
   * @param cause for the operator
   * @param fix what the operator has to mend, a sentence; empty if the failure does not show it
   */
  record Failed(Server server, Map<MeetingId, HeldMeeting> meetings, String cause, String fix)
      implements Sweep {

    /** Without any meeting, and without a fix. */
    static Failed of(Server server, String cause) {
      return new Failed(server, Map.of(), cause, "");
    }

    @Override
    public SweepOutcome outcome() {
      return SweepOutcome.SILENT;
    }
  }

  /** We could not ask: no connection could be opened because of us. Says nothing of the server. */
  record Unasked(Server server) implements Sweep {

    static final String CAUSE = "no connection could be opened: no file descriptor or port is left";
    static final String FIX = "Let tinyscale open more files (ulimit -n).";

    @Override
    public SweepOutcome outcome() {
      return SweepOutcome.UNASKED;
    }
  }

  /** The server refused our checksum. */
  record WrongSecret(Server server) implements Sweep {

    @Override
    public SweepOutcome outcome() {
      return SweepOutcome.REFUSED;
    }
  }
}
