package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.function.LongSupplier;

/**
 * A placement that is known to this balancer alone.
 *
 * @param over is run once it is known what became of the create
 */
record LocalPlacement(
    MeetingId meetingId,
    Server server,
    boolean isNew,
    Runnable over,
    MeetingTable table,
    Absences absences,
    Servers servers,
    LongSupplier nanoClock)
    implements Placement {

  @Override
  public void made(String internalId) {
    absences.remove(meetingId);
    long now = nanoClock.getAsLong();
    table.seen(meetingId, Copy.made(server.name(), internalId, now), now, servers);
    over.run();
  }

  @Override
  public void unknown() {
    long now = nanoClock.getAsLong();
    table.change(
        table.externalId(meetingId),
        whereabouts -> whereabouts.createUnanswered(server.name(), now));
    over.run();
  }

  @Override
  public void erred() {
    long now = nanoClock.getAsLong();
    table.change(
        table.externalId(meetingId), whereabouts -> whereabouts.createErred(server.name(), now));
    over.run();
  }

  @Override
  public void failed() {
    // Another create may be on its way to a server that was not chosen for this one.
    if (isNew) {
      table.change(
          table.externalId(meetingId), whereabouts -> whereabouts.createFailed(server.name()));
    }
    over.run();
  }
}
