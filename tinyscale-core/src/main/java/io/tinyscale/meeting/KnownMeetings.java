package io.tinyscale.meeting;

import io.tinyscale.meeting.KnownMeeting.Certainty;
import io.tinyscale.meeting.KnownMeeting.KnownCopy;
import io.tinyscale.meeting.KnownMeeting.Standing;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What a directory remembers, for a person to look at: looks at all meetings, and asks no server.
 * Thread-safe.
 */
public final class KnownMeetings {

  private final MeetingTable table;
  private final Servers servers;
  private final LongSupplier nanoClock;

  KnownMeetings(MeetingTable table, Servers servers, LongSupplier nanoClock) {
    this.table = table;
    this.servers = servers;
    this.nanoClock = nanoClock;
  }

  /** The meeting with this external id, or with this internal id on any server. */
  public Optional<KnownMeeting> find(String externalOrInternal) {
    MeetingId id = table.idOf(externalOrInternal);
    Optional<KnownMeeting> found = table.find(id).map(where -> meeting(id, where));
    // Few look for a second copy by its internal id: there is no index of those.
    return found.or(
        () ->
            table
                .all(entry -> hasRun(entry.getValue(), externalOrInternal))
                .findFirst()
                .map(entry -> meeting(entry.getKey(), entry.getValue())));
  }

  private static boolean hasRun(Whereabouts where, String internalId) {
    return where.copies().anyMatch(copy -> copy.internalId().equals(internalId));
  }

  /**
   * Meetings in the order of their ids.
   *
   * @param server only those with a copy on this server; all if it is empty
   * @param after only those behind this id; from the beginning if it is empty
   * @param most how many
   */
  public List<KnownMeeting> list(String server, String after, int most) {
    return list(
        entry ->
            entry.getKey().text().compareTo(after) > 0
                && (server.isEmpty() || isOn(entry.getValue(), server)),
        most);
  }

  /** The split meetings in the order of their ids, the first of them. */
  public List<KnownMeeting> split(int most) {
    return list(entry -> entry.getValue().others().hasAlive(), most);
  }

  private List<KnownMeeting> list(Predicate<Map.Entry<MeetingId, Whereabouts>> wanted, int most) {
    return table
        .all(wanted)
        .sorted(Comparator.comparing(entry -> entry.getKey().text()))
        .limit(most)
        .map(entry -> meeting(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static boolean isOn(Whereabouts where, String server) {
    return where.server().equals(server) || where.hasOtherOn(server);
  }

  private KnownMeeting meeting(MeetingId meetingId, Whereabouts where) {
    return new KnownMeeting(
        meetingId,
        certainty(where),
        copy(where.copy(), Standing.CHOSEN),
        where.others().byServer().values().stream()
            .sorted(Comparator.comparing(OtherCopy::server))
            .map(other -> copy(other.copy(), standing(other)))
            .toList());
  }

  private static Certainty certainty(Whereabouts where) {
    return switch (where.state()) {
      case PLACING -> Certainty.ON_ITS_WAY;
      case UNKNOWN, PERHAPS, DOUBTFUL -> Certainty.UNSURE;
      case CERTAIN -> Certainty.CERTAIN;
      case ENDING -> Certainty.ENDING;
    };
  }

  private static Standing standing(OtherCopy other) {
    return switch (other.standing()) {
      case POSSIBLE -> Standing.POSSIBLE;
      case RIVAL -> Standing.RIVAL;
      case DETACHED -> Standing.LEFTOVER;
      case IN_USE -> Standing.LEFTOVER_IN_USE;
      case TOLD_TO_END -> Standing.ENDING;
    };
  }

  private KnownCopy copy(Copy copy, Standing standing) {
    long created = copy.createTime();
    long age = nanoClock.getAsLong() - copy.asked();
    return new KnownCopy(
        copy.server(),
        copy.internalId(),
        copy.users(),
        created == Long.MAX_VALUE ? 0 : created,
        Duration.ofNanos(Math.max(0, age)),
        standing);
  }

  /**
   * A server was told to end its copy of a meeting, and no other server was: a create that comes
   * now is sent there only if the server says that it still has the meeting.
   */
  public void ended(MeetingId meetingId, Server server) {
    long now = nanoClock.getAsLong();
    table.change(table.externalId(meetingId), where -> where.endedOn(server.name(), now, servers));
  }
}
