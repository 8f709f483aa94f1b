package io.tinyscale.meeting;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.util.function.BiConsumer;

/** Tells an observer what changed, as long as both servers are still in the pool. Thread-safe. */
record ReportedChanges(ServerPool pool, GatewayObserver observer)
    implements BiConsumer<MeetingId, Change.Event> {

  @Override
  public void accept(MeetingId meetingId, Change.Event event) {
    event.tell(
        new Change.Listener() {

          @Override
          public void split(Copy kept, Copy other) {
            both(
                kept.server(),
                other.server(),
                (k, o) -> observer.meetingSplit(meetingId, k, kept.users(), o, other.users()));
          }

          @Override
          public void leftoverEnded(String server, String live) {
            both(server, live, (s, l) -> observer.meetingLeftoverEnded(meetingId, s, l));
          }
        });
  }

  private void both(String one, String other, BiConsumer<Server, Server> report) {
    pool.status(one)
        .map(ServerStatus::server)
        .ifPresent(
            first ->
                pool.status(other)
                    .map(ServerStatus::server)
                    .ifPresent(second -> report.accept(first, second)));
  }
}
