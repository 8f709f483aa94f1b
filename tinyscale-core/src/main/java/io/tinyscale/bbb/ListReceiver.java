package io.tinyscale.bbb;

/** Takes a list item by item while it is read. Called by one thread after the other. */
@FunctionalInterface
public interface ListReceiver {

  /** Takes a well-formed item, as the server wrote it or mended. */
  void item(ListedItem item);

  /**
   * Notes an item that is not well-formed, and is left out of the list.
   *
   * @param fields those fields that could be read all the same
   */
  default void unreadable(ApiReply fields) {}

  /** Notes that something is wrong with the list; may be told more than once. */
  default void damaged(ListDamage damage) {}
}
