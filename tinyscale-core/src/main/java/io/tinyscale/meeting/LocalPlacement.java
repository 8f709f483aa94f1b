package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.function.LongSupplier;

/** A placement that is known to this balancer alone. */
record LocalPlacement(
    MeetingId meetingId,
    Server server,
    boolean isNew,
    MeetingTable table,
    Absences absences,
    Servers servers,
    LongSupplier nanoClock)
    implements Placement {

  @Override
  public void made(String internalId) {
    absences.remove(meetingId);
    HeldMeeting meeting = HeldMeeting.of(internalId);
    table.seen(meetingId, Copy.of(server.name(), meeting, nanoClock.getAsLong()), servers);
  }

  @Override
  public void unknown() {
    long now = nanoClock.getAsLong();
    table.change(
        table.externalId(meetingId),
        whereabouts -> whereabouts.createUnanswered(server.name(), now));
  }

  @Override
  public void failed() {
    // Another create may be on its way to a server that was not chosen for this one.
    if (isNew) {
      long now = nanoClock.getAsLong();
      table.change(
          table.externalId(meetingId),
          whereabouts -> whereabouts.createFailed(server.name(), now, servers));
    }
  }
}
