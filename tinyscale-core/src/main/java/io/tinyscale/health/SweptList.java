package io.tinyscale.health;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.ListReceiver;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.RoomSizes;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.tenant.MeetingId;
import java.util.HashMap;
import java.util.Map;

/**
 * The meetings that one sweep of a server finds, while they come. Thread-safe: a list that is too
 * late may still be read when its sweep is over.
 */
final class SweptList implements ListReceiver {

  private final int most;
  private final GatewayObserver observer;
  private final Map<MeetingId, HeldMeeting> meetings = new HashMap<>();
  private SweepObserver hearer;
  private ListDamage damage = ListDamage.NONE;
  private boolean someWithoutId;
  private boolean over;
  private int count;
  private long users;
  private long cameras;
  private final RoomSizes.Counter people = new RoomSizes.Counter();
  private final RoomSizes.Counter listeners = new RoomSizes.Counter();
  private final RoomSizes.Counter voices = new RoomSizes.Counter();
  private final RoomSizes.Counter videos = new RoomSizes.Counter();
  private final Origins origins = new Origins();
  private int breakouts;
  private int largest;

  /**
   * An empty list.
   *
   * @param most meetings that are kept; the hearer hears all
   * @param observer is told if the hearer fails
   */
  SweptList(int most, SweepObserver hearer, GatewayObserver observer) {
    this.most = most;
    this.hearer = hearer;
    this.observer = observer;
  }

  @Override
  public void item(ListedItem item) {
    add(item.fields());
  }

  /** The meeting is there; what is told of it may be less than its item holds. */
  @Override
  public synchronized void unreadable(ApiReply fields) {
    if (fields.text("meetingID").isEmpty()) {
      someWithoutId = true;
    } else {
      add(fields);
    }
  }

  @Override
  public synchronized void damaged(ListDamage found) {
    damage = damage.and(found);
  }

  private synchronized void add(ApiReply fields) {
    String id = fields.text("meetingID");
    // Where a character was replaced, nobody knows the id.
    someWithoutId |= id.indexOf('\uFFFD') >= 0;
    if (over || id.length() > HeldMeeting.LONGEST_ID) {
      return;
    }
    MeetingId meetingId = new MeetingId(id);
    HeldMeeting meeting = HeldMeeting.of(fields);
    count++;
    users += Math.max(0, meeting.users());
    cameras += meeting.cameras();
    people.add(meeting.users());
    listeners.add(HeldMeeting.count(fields, "listenerCount"));
    voices.add(HeldMeeting.count(fields, "voiceParticipantCount"));
    videos.add(meeting.cameras());
    breakouts += meeting.isBreakout() ? 1 : 0;
    largest = Math.max(largest, meeting.users());
    origins.add(
        HeldMeeting.originServer(fields), HeldMeeting.origin(fields), Math.max(0, meeting.users()));
    if (meetings.size() <= most) {
      meetings.put(meetingId, meeting);
    }
    tell(() -> hearer.meeting(meetingId, meeting));
  }

  /**
   * Ends the list: what still comes goes nowhere.
   *
   * @param isRead whether the list came to its end
   */
  synchronized void end(boolean isRead) {
    over = true;
    tell(() -> hearer.ended(isRead && !lacksSome()));
  }

  /** A policy is an extension: its mistakes are not the server's. */
  private void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException bug) {
      Class<?> failed = hearer.getClass();
      hearer = SweepObserver.NONE;
      observer.observerFailed(failed, bug);
    }
  }

  /** What came until now, or until the end. */
  synchronized Map<MeetingId, HeldMeeting> meetings() {
    return Map.copyOf(meetings);
  }

  /** The sums of all meetings that came. */
  synchronized ServerLoad load() {
    return new ServerLoad(
        count,
        users,
        cameras,
        new ServerLoad.Details(
            people.sizes(),
            listeners.sizes(),
            voices.sizes(),
            videos.sizes(),
            breakouts,
            largest,
            origins.largest()));
  }

  synchronized ListDamage damage() {
    return damage;
  }

  /** Whether a meeting may have been in the list that {@link #meetings} lacks. */
  synchronized boolean lacksSome() {
    return someWithoutId || damage == ListDamage.STRUCTURE;
  }
}
