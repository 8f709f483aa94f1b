package io.tinyscale.listing;

import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.ListReceiver;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One server's list, put aside until it is known to be complete and sound: of each item its key and
 * where its text is. Thread-safe.
 */
final class SpooledList implements ListReceiver {

  private static final int LONGEST_KEY = 256;

  /** Of one server. A list with more, or of more bytes, is left out as if it were broken. */
  static final int MOST_ITEMS = 100_000;

  private static final long MOST_BYTES = 256L << 20;

  private final Server server;
  private final ListingKind kind;
  private final UnaryOperator<byte[]> editing;
  private final Spool spool = new Spool();
  private final List<Item> items = new ArrayList<>();
  private ListDamage damage = ListDamage.NONE;

  /**
   * An item.
   *
   * @param key the same for the same thing, whichever server lists it
   * @param startTime what recordings are sorted by
   * @param offset where its text begins in the spool
   * @param length bytes of its text
   * @param formats the playback formats of a recording
   */
  record Item(
      SpooledList list, String key, long startTime, long offset, int length, Set<String> formats) {}

  /**
   * Nothing is put aside yet.
   *
   * @param editing what callers get for the text of an item, in UTF-8
   */
  SpooledList(Server server, ListingKind kind, UnaryOperator<byte[]> editing) {
    this.server = server;
    this.kind = kind;
    this.editing = editing;
  }

  Server server() {
    return server;
  }

  ListingKind kind() {
    return kind;
  }

  Spool spool() {
    return spool;
  }

  @Override
  public synchronized void item(ListedItem item) {
    if (items.size() >= MOST_ITEMS || spool.size() > MOST_BYTES) {
      throw new UncheckedIOException(new IOException("the list is too long"));
    }
    byte[] text = editing.apply(item.xml().getBytes(StandardCharsets.UTF_8));
    Set<String> formats = kind == ListingKind.RECORDINGS ? item.formats() : Set.of();
    Item added = new Item(this, key(item), item.startTime(), spool.size(), text.length, formats);
    try {
      spool.add(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    items.add(added);
  }

  @Override
  public synchronized void damaged(ListDamage found) {
    damage = damage.and(found);
  }

  /** What was wrong with the list; the items are sound all the same. */
  synchronized ListDamage damage() {
    return damage;
  }

  /** All items, in the server's order, when nothing will be added any more. */
  synchronized List<Item> complete() {
    try {
      spool.complete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(items);
  }

  /** Lets go of all items; whatever is still being added goes nowhere. */
  void close() {
    spool.close();
  }

  /** What names no thing, or names it too long to keep, is known by its hash. */
  private String key(ListedItem item) {
    String identity = kind.identity(item);
    if (identity.isEmpty()) {
      return hash(item.xml());
    }
    return identity.length() <= LONGEST_KEY ? identity : hash(identity);
  }

  private static String hash(String text) {
    try {
      return "#"
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
