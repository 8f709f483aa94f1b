package io.tinyscale.store;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.Set;
import java.util.stream.Collectors;

/** What other balancers have told through the store. */
public final class SharedAgreement implements Agreement {

  private final StoreLink link;
  private final RecentNotices made;
  private final RecentNotices ending;
  private final RecentNotices changed;

  /** Has heard nothing yet. */
  public SharedAgreement(StoreLink link) {
    this.link = link;
    this.made = new RecentNotices(link.nanoClock());
    this.ending = new RecentNotices(link.nanoClock());
    this.changed = new RecentNotices(link.nanoClock());
  }

  /** Hears a notice. */
  public void hear(Notice notice) {
    if (notice instanceof Notice.Made meeting) {
      made.add(meeting.meeting());
      ending.remove(meeting.meeting());
      changed.add(meeting.meeting());
    } else if (notice instanceof Notice.Ending meeting) {
      ending.add(meeting.meeting());
      changed.add(meeting.meeting());
    }
  }

  @Override
  public boolean othersReach(Server server) {
    return link.othersReach(server.name());
  }

  @Override
  public boolean isMade(MeetingId meetingId) {
    return made.contains(meetingId.text());
  }

  @Override
  public boolean takeChanged(MeetingId meetingId) {
    return changed.take(meetingId.text());
  }

  @Override
  public boolean isEnding(MeetingId meetingId) {
    return ending.contains(meetingId.text());
  }

  @Override
  public void made(MeetingId meetingId, Server server) {
    if (link.isUp()) {
      StoreKey key = StoreKey.of(meetingId.text());
      link.store().tell(new Notice.Made(key, server.name()));
      if (link.view().detachedFrom(server.name()).contains(key)) {
        // The meeting is back where a copy of it may have come back.
        link.ask(() -> link.store().gone(server.name(), key).thenApply(done -> true));
      }
    }
  }

  @Override
  public boolean isDetached(MeetingId meetingId, Server server) {
    Set<StoreKey> detached = link.view().detachedFrom(server.name());
    return !detached.isEmpty() && detached.contains(StoreKey.of(meetingId.text()));
  }

  @Override
  public void detached(MeetingId meetingId, String server) {
    StoreKey key = StoreKey.of(meetingId.text());
    link.ask(() -> link.store().detached(server, key).thenApply(done -> true));
  }

  @Override
  public void swept(Server server, Set<MeetingId> meetings) {
    Set<StoreKey> detached = link.view().detachedFrom(server.name());
    if (detached.isEmpty()) {
      return;
    }
    Set<StoreKey> there =
        meetings.stream().map(id -> StoreKey.of(id.text())).collect(Collectors.toSet());
    detached.stream()
        .filter(key -> !there.contains(key))
        .forEach(
            key -> link.ask(() -> link.store().gone(server.name(), key).thenApply(done -> true)));
  }

  @Override
  public void ending(MeetingId meetingId) {
    if (link.isUp()) {
      link.store().tell(new Notice.Ending(StoreKey.of(meetingId.text())));
    }
  }
}
