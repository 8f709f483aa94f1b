package io.tinyscale.placement;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What each server is expected to carry: the meetings of its last list, and a reserve for each
 * create that this list need not show. Not thread-safe.
 *
 * <p>Loads are whole numbers of millionths of a user. So what a failed create takes back is exactly
 * what it had added, and equal loads are equal.
 */
final class ServerLoads {

  /** Reserves on one server; the oldest go first. */
  static final int MOST_RESERVES = 10_000;

  private static final double PARTS = 1e6;

  /** Longer than the longest time between two sweeps of a server. */
  private static final long FORGOTTEN = Duration.ofHours(48).toNanos();

  private static final long PRUNE_PAUSE = Duration.ofMinutes(10).toNanos();

  /** A list that is so old tells what its server carries, however fast meetings settle. */
  private static final long LEAST_FRESH = Duration.ofMinutes(5).toNanos();

  /** A server of another address is another one, also while both have the same name. */
  private record Identity(String name, URI api) {}

  private final Supplier<SweptMeetings> meetings;
  private final long settleNanos;
  private final LongSupplier nanoClock;
  private final long freshNanos;
  private final Map<Identity, OfServer> known = new HashMap<>();

  /** The same by the objects that were met last: mostly the same ones. */
  private final Map<Server, OfServer> recent = new IdentityHashMap<>();

  private long pruned;

  /** What the places of the list of candidates were the last time: mostly the same servers. */
  private @Nullable OfServer[] places = new OfServer[16];

  /**
   * Loads of servers that nobody has told of yet.
   *
   * @param meetings for the lists of one server
   */
  ServerLoads(Supplier<SweptMeetings> meetings, long settleNanos, LongSupplier nanoClock) {
    this.meetings = meetings;
    this.settleNanos = settleNanos;
    this.freshNanos = Math.max(settleNanos, LEAST_FRESH);
    this.nanoClock = nanoClock;
    this.pruned = nanoClock.getAsLong();
  }

  /** A load as a whole number. */
  static long parts(double users) {
    return Math.round(users * PARTS);
  }

  /** A whole number as a load. */
  static double users(double parts) {
    return parts / PARTS;
  }

  /** One create. */
  private static final class Reserve {
    private final long amount;
    private final long sent;
    private long counted;
    private boolean isSettled;
    private long settled;

    /** The reserve of an earlier create of the same meeting, if its outcome is not known. */
    private @Nullable Reserve earlier;

    Reserve(long amount, long sent) {
      this.amount = amount;
      this.counted = amount;
      this.sent = sent;
    }
  }

  /** One server. */
  final class OfServer {
    private final SweptMeetings swept = meetings.get();
    private Server server;
    private boolean isGone;
    private long asked;
    private boolean isTold;
    private long told;
    private long listed;
    private long reserved;

    /** In the order in which the creates were sent. */
    private final Map<MeetingId, Reserve> reserves = new LinkedHashMap<>();

    private OfServer(Server server) {
      this.server = server;
      this.asked = nanoClock.getAsLong();
    }

    /** The server is asked for its meetings. */
    void ask(long now) {
      asked = now;
      prune(now);
    }

    /** The lists of the server. */
    SweptMeetings swept() {
      return swept;
    }

    /** Whether the server has told all its meetings, and not too long ago. */
    boolean isTold(long now) {
      return isTold && now - told <= freshNanos;
    }

    /** What its last list showed, with what these meetings are expected to grow. */
    long listed() {
      return listed;
    }

    /** Its expected load. */
    long load() {
      return listed + reserved;
    }

    /**
     * Its expected load.
     *
     * @param usual what the lists of others show for its weight; counts while it does not tell
     */
    double load(double usual, long now) {
      return isTold(now) ? load() : Math.max(listed, usual) + reserved;
    }

    /** A create is about to be sent. */
    void reserve(MeetingId meetingId, long amount) {
      Reserve reserve = new Reserve(amount, nanoClock.getAsLong());
      Reserve earlier = reserves.remove(meetingId);
      if (earlier != null) {
        reserved -= earlier.counted;
        earlier.earlier = null;
        reserve.earlier = earlier;
      } else if (reserves.size() == MOST_RESERVES) {
        Iterator<Reserve> oldest = reserves.values().iterator();
        reserved -= oldest.next().counted;
        oldest.remove();
      }
      reserves.put(meetingId, reserve);
      reserved += amount;
    }

    /** The server made the meeting, or nobody knows: a list that is asked for from now on tells. */
    void settle(MeetingId meetingId) {
      Reserve reserve = reserves.get(meetingId);
      if (reserve != null) {
        reserve.isSettled = true;
        reserve.settled = nanoClock.getAsLong();
      }
    }

    /** The server did not make the meeting. */
    void takeBack(MeetingId meetingId) {
      Reserve reserve = reserves.remove(meetingId);
      if (reserve == null) {
        return;
      }
      reserved -= reserve.counted;
      Reserve earlier = reserve.earlier;
      if (earlier != null) {
        reserves.put(meetingId, earlier);
        reserved += earlier.counted;
      }
    }

    /**
     * Takes what a list shows.
     *
     * @param asked when the server was asked for it
     */
    void listed(SweptMeetings.Found found, long asked, boolean complete) {
      listed = parts(found.sum());
      if (complete) {
        isTold = true;
        told = asked;
      }
      for (Iterator<Map.Entry<MeetingId, Reserve>> all = reserves.entrySet().iterator();
          all.hasNext(); ) {
        Map.Entry<MeetingId, Reserve> entry = all.next();
        Reserve reserve = entry.getValue();
        double expected = found.expected(entry.getKey());
        reserved -= reserve.counted;
        if (shows(reserve, expected >= 0, asked, complete)) {
          all.remove();
        } else {
          // A list that was asked for before the create may show this meeting or an earlier one of
          // the same id: the larger of the two counts.
          reserve.counted = Math.max(0, reserve.amount - Math.max(0, parts(expected)));
          reserved += reserve.counted;
        }
      }
    }

    /** Whether a list tells what became of a create. */
    private boolean shows(Reserve reserve, boolean isListed, long asked, boolean complete) {
      return isListed
          ? asked - reserve.sent > 0
          : complete && reserve.isSettled && asked - reserve.settled > 0;
    }

    /** Forgets reserves of meetings that must have settled, for servers that do not tell. */
    void expire(long now) {
      Iterator<Reserve> oldest = reserves.values().iterator();
      while (oldest.hasNext()) {
        Reserve reserve = oldest.next();
        if (now - reserve.sent <= settleNanos) {
          return;
        }
        if (reserve.isSettled) {
          reserved -= reserve.counted;
          oldest.remove();
        }
      }
    }
  }

  /** Now, on the scale of the lists. */
  long now() {
    return nanoClock.getAsLong();
  }

  /** The load of a server. Another server of the same name has told nothing yet. */
  OfServer of(Server server) {
    OfServer found = recent.get(server);
    if (found == null) {
      found =
          known.computeIfAbsent(
              new Identity(server.name(), server.api()), identity -> new OfServer(server));
      recent.remove(found.server);
      found.server = server;
      recent.put(server, found);
    }
    return found;
  }

  /** Forgets servers that left the pool long ago. */
  private void prune(long now) {
    if (now - pruned < PRUNE_PAUSE) {
      return;
    }
    pruned = now;
    for (Iterator<OfServer> all = known.values().iterator(); all.hasNext(); ) {
      OfServer other = all.next();
      if (now - other.asked > FORGOTTEN) {
        other.isGone = true;
        recent.remove(other.server);
        all.remove();
      }
    }
  }

  /**
   * The load of a server of a list.
   *
   * @param place where the server is in the list
   */
  OfServer of(Server server, int place) {
    if (place >= places.length) {
      places = Arrays.copyOf(places, 2 * place);
    }
    OfServer last = places[place];
    if (last == null || last.server != server || last.isGone) {
      last = of(server);
      places[place] = last;
    }
    return last;
  }
}
