package io.tinyscale.valkey;

import io.tinyscale.store.Peer;
import io.tinyscale.store.StoreKey;

/** The keys of the store. */
final class Keys {

  /** The run id of the process that has held the claims so far. */
  static final String BORN = key("born");

  /** There as long as the store may have lost claims. */
  static final String YOUNG = key("young");

  /** What administrators decided, by the server's name. */
  static final String DECISIONS = key("a");

  /** How many decisions there were. */
  static final String DECISIONS_COUNT = key("a:v");

  /** The balancers that have told of themselves; those that are gone are taken out. */
  static final String PEERS = key("b");

  /** The channel of the notices. */
  static final String NOTICES = key("n");

  private static final char BETWEEN = '~';

  private Keys() {}

  /** Where a meeting goes. */
  static String claim(StoreKey meeting) {
    return key("c:" + meeting.text());
  }

  /** What balancers are called in {@link #PEERS}; ids have no such sign. */
  static String member(Peer peer) {
    return peer.id() + BETWEEN + peer.instance();
  }

  /** The balancer's id in what it is called. */
  static String id(String member) {
    int end = member.indexOf(BETWEEN);
    return end < 0 ? member : member.substring(0, end);
  }

  /** The balancer's instance in what it is called. */
  static String instance(String member) {
    return member.substring(member.indexOf(BETWEEN) + 1);
  }

  /** What a balancer tells of itself. */
  static String peer(String member) {
    return key("b:" + member);
  }

  /** The servers that are down for a balancer. */
  static String down(String member) {
    return key("h:" + member);
  }

  /** The meetings whose copies a server may bring back. */
  static String detached(String server) {
    return key("d:" + server);
  }

  /** There if a webhook was destroyed. */
  static String hook(StoreKey hook) {
    return key("g:" + hook.text());
  }

  private static String key(String name) {
    return "tinyscale:" + name;
  }
}
