package io.tinyscale.health;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.ListReceiver;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.tenant.MeetingId;
import java.util.HashMap;
import java.util.Map;

/**
 * The meetings that one sweep of a server finds, while they come. Thread-safe: a list that is too
 * late may still be read when its sweep is over.
 */
final class SweptList implements ListReceiver {

  private final int most;
  private final Map<MeetingId, HeldMeeting> meetings = new HashMap<>();
  private ListDamage damage = ListDamage.NONE;
  private boolean someWithoutId;

  /**
   * An empty list.
   *
   * @param most meetings that are kept
   */
  SweptList(int most) {
    this.most = most;
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
    if (id.length() <= HeldMeeting.LONGEST_ID && meetings.size() <= most) {
      meetings.put(new MeetingId(id), HeldMeeting.of(fields));
    }
  }

  /** What came until now. */
  synchronized Map<MeetingId, HeldMeeting> meetings() {
    return Map.copyOf(meetings);
  }

  synchronized ListDamage damage() {
    return damage;
  }

  /** Whether a meeting may have been in the list that {@link #meetings} lacks. */
  synchronized boolean lacksSome() {
    return someWithoutId || damage == ListDamage.STRUCTURE;
  }
}
