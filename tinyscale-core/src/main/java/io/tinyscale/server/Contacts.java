package io.tinyscale.server;

import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The contact with each server, by its address: a server that gets another name, or leaves the pool
 * and comes back, stays the same machine. Thread-safe.
 */
public final class Contacts {

  /** An address that leaves the pool leaves some bytes here. */
  private final ConcurrentHashMap<URI, Contact> byAddress = new ConcurrentHashMap<>();

  /** The contact with a server. */
  public Contact with(Server server) {
    Contact known = byAddress.get(server.api());
    return known == null
        ? byAddress.computeIfAbsent(server.api(), address -> new Contact())
        : known;
  }
}
