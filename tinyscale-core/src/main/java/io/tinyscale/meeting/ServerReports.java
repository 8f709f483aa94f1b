package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.server.Server;
import io.tinyscale.store.Agreement;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Remembers what servers tell of meetings, in sweeps and in answers to questions. All times are on
 * the clock's scale: what was learned later than a question or sweep began is newer than it.
 * Thread-safe.
 */
final class ServerReports {

  private final MeetingTable table;
  private final Servers servers;
  private final LastSweeps sweeps;
  private final TwiceListed twice;
  private final OtherBalancers others;
  private final Agreement agreement;
  private final CreatesUnderWay underWay;
  private final Leftovers leftovers;
  private final long patience;
  private final LongSupplier nanoClock;

  /**
   * Remembers in this table.
   *
   * @param create how long a create without an answer may still make its meeting
   */
  ServerReports(
      MeetingTable table,
      Servers servers,
      LastSweeps sweeps,
      TwiceListed twice,
      OtherBalancers others,
      Agreement agreement,
      CreatesUnderWay underWay,
      Leftovers leftovers,
      Duration create,
      LongSupplier nanoClock) {
    this.table = table;
    this.servers = servers;
    this.sweeps = sweeps;
    this.twice = twice;
    this.others = others;
    this.agreement = agreement;
    this.underWay = underWay;
    this.leftovers = leftovers;
    this.patience = create.toNanos();
    this.nanoClock = nanoClock;
  }

  /** See {@link ProbedDirectory#swept}. */
  int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    sweptInPart(server, meetings, begun);
    others.swept(server, meetings.keySet());
    sweeps.swept(server, meetings, begun);
    twice.swept(server, meetings.values());
    long now = nanoClock.getAsLong();
    // Meetings of a server that is used no more are given up by the sweep of any server.
    table.changeOn(
        name -> name.equals(server.name()) || !servers.inUse(name),
        (meetingId, whereabouts) ->
            meetings.containsKey(meetingId) || underWay.contains(meetingId, server.name())
                ? whereabouts.unchanged()
                : whereabouts.missingFromSweep(server.name(), begun, patience, now, servers));
    leftovers.swept(server, meetings, begun);
    agreement.swept(server, meetings.keySet());
    return table.isFull() && !meetings.keySet().stream().allMatch(table::contains)
        ? -1
        : table.countOn(server.name());
  }

  /** See {@link ProbedDirectory#sweptInPart}. */
  void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    meetings.forEach((meetingId, meeting) -> learn(meetingId, meeting, server, begun));
  }

  /** Servers that were asked have shown meetings. */
  void shown(HolderSearch.Result result) {
    for (HolderSearch.Sighting sighting : result.sightings()) {
      if (sighting.meetingId().text().length() <= HeldMeeting.LONGEST_ID) {
        learn(sighting.meetingId(), sighting.meeting(), sighting.server(), sighting.asked());
      }
    }
  }

  private void learn(MeetingId meetingId, HeldMeeting meeting, Server server, long asked) {
    // Two servers with the same run are one server that is listed twice.
    boolean isKnown =
        table.mayBeOn(meetingId, server.name()) || table.hasRun(meetingId, meeting.internalId());
    others.seen(server, meetingId, meeting, isKnown);
    Copy shown = Copy.of(server.name(), meeting, asked);
    if (!isKnown && agreement.isDetached(meetingId, server)) {
      table.change(meetingId, live -> live.broughtBack(shown));
    } else {
      table.seen(meetingId, shown, nanoClock.getAsLong(), servers);
    }
  }

  /**
   * Servers that were asked before a create have shown a meeting, or have denied it: a server that
   * is back, and was restarted, has lost what it had.
   */
  void told(MeetingId meetingId, HolderSearch.Result result) {
    shown(result);
    for (HolderSearch.Denial denial : result.denials()) {
      String server = denial.server();
      long asked = denial.asked();
      long late = asked - patience;
      denied(meetingId, server, asked);
      table.change(
          table.externalId(meetingId),
          whereabouts -> whereabouts.otherDeniedBy(server, asked, late));
    }
  }

  /**
   * A server has denied a meeting. A create that is on its way to the server may make the meeting
   * there all the same.
   */
  void denied(MeetingId meetingId, String server, long asked) {
    MeetingId externalId = table.externalId(meetingId);
    long now = nanoClock.getAsLong();
    table.change(
        externalId,
        whereabouts ->
            underWay.contains(externalId, server)
                ? whereabouts.unchanged()
                : whereabouts.deniedBy(server, asked, now, servers));
  }
}
