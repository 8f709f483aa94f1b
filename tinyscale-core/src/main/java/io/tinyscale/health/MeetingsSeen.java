package io.tinyscale.health;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the meetings that complete sweeps have shown on each server. A meeting counts once, as
 * long as it is in every sweep. Thread-safe.
 */
public final class MeetingsSeen {

  private static final long HASH_START = 0xcbf29ce484222325L;
  private static final long HASH_FACTOR = 0x100000001b3L;

  private final ServerPool pool;
  private final Map<String, OfServer> ofServers = new ConcurrentHashMap<>();

  /** Has seen no meeting. */
  public MeetingsSeen(ServerPool pool) {
    this.pool = pool;
  }

  /**
   * How many meetings were seen.
   *
   * @param meetings those that are no breakout rooms
   * @param breakouts breakout rooms
   */
  public record Counts(long meetings, long breakouts) {

    /** None. */
    public static final Counts NONE = new Counts(0, 0);
  }

  /** What was seen on one server. Immutable. */
  private static final class OfServer {

    static final OfServer NOTHING = new OfServer(Counts.NONE, new long[0]);

    private final Counts counts;

    /** Hashes of the internal ids of the last sweep's meetings, in ascending order. */
    private final long[] lastSweep;

    private OfServer(Counts counts, long[] lastSweep) {
      this.counts = counts;
      this.lastSweep = lastSweep;
    }

    OfServer after(Collection<HeldMeeting> meetings) {
      long[] hashes = new long[meetings.size()];
      int size = 0;
      long more = 0;
      long moreBreakouts = 0;
      for (HeldMeeting meeting : meetings) {
        if (meeting.internalId().isEmpty()) {
          continue;
        }
        long hash = hash(meeting.internalId());
        hashes[size++] = hash;
        if (Arrays.binarySearch(lastSweep, hash) < 0) {
          more += meeting.isBreakout() ? 0 : 1;
          moreBreakouts += meeting.isBreakout() ? 1 : 0;
        }
      }
      long[] sorted = Arrays.copyOf(hashes, size);
      Arrays.sort(sorted);
      return new OfServer(
          new Counts(counts.meetings() + more, counts.breakouts() + moreBreakouts), sorted);
    }

    private static long hash(String text) {
      long hash = HASH_START;
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * HASH_FACTOR;
      }
      return hash;
    }
  }

  /** A server has told all its meetings. */
  public void swept(Server server, Collection<HeldMeeting> meetings) {
    ofServers.keySet().removeIf(name -> pool.status(name).isEmpty());
    ofServers.compute(
        server.name(),
        (name, before) -> (before == null ? OfServer.NOTHING : before).after(meetings));
  }

  /** How many meetings were seen on a server since the start. */
  public Counts of(Server server) {
    OfServer seen = ofServers.get(server.name());
    return seen == null ? Counts.NONE : seen.counts;
  }
}
