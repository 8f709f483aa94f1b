package io.tinyscale.bbb;

import java.util.Optional;
import java.util.function.Function;

/** The lists of the BBB API: how their elements are called and what an empty one says. */
public enum ListingKind {
  /** The answer of getMeetings. */
  MEETINGS(
      "meetings",
      "meeting",
      ListedItem::meetingId,
      "noMeetings",
      "no meetings were found on this server"),
  /** The answer of getSessions. */
  SESSIONS(
      "sessions",
      "meeting",
      ListedItem::xml,
      "noSessions",
      "no sessions were found on this server"),
  /** The answer of getRecordings. */
  RECORDINGS(
      "recordings",
      "recording",
      ListedItem::recordId,
      "noRecordings",
      "There are no recordings for the meeting(s)."),
  /** The answer of hooks/list; an empty one says nothing. */
  HOOKS("hooks", "hook", hook -> hook.fields().text("callbackURL"), "", "");

  private final String list;
  private final String item;
  private final Function<ListedItem, String> identity;
  private final String emptyKey;
  private final String emptyMessage;

  ListingKind(
      String list,
      String item,
      Function<ListedItem, String> identity,
      String emptyKey,
      String emptyMessage) {
    this.list = list;
    this.item = item;
    this.identity = identity;
    this.emptyKey = emptyKey;
    this.emptyMessage = emptyMessage;
  }

  /** The list that a call answers with, if it does. */
  public static Optional<ListingKind> of(ApiCall call) {
    if (call.equals(ApiCall.GET_MEETINGS)) {
      return Optional.of(MEETINGS);
    }
    if (call.equals(ApiCall.GET_SESSIONS)) {
      return Optional.of(SESSIONS);
    }
    if (call.equals(ApiCall.HOOKS_LIST)) {
      return Optional.of(HOOKS);
    }
    return call.equals(ApiCall.GET_RECORDINGS) ? Optional.of(RECORDINGS) : Optional.empty();
  }

  /** The element around all items. */
  public String list() {
    return list;
  }

  /** The element of one item. */
  public String item() {
    return item;
  }

  /** What makes two items the same, wherever they come from. */
  public String identity(ListedItem item) {
    return identity.apply(item);
  }

  /** What an empty list gives as its key. */
  public String emptyKey() {
    return emptyKey;
  }

  /** What an empty list gives as its message. */
  public String emptyMessage() {
    return emptyMessage;
  }
}
