package io.tinyscale.observe;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.server.Server;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells an observer of damaged lists: of each server and call when the damage changes, not each
 * time that the list is read. Thread-safe.
 */
public final class DamagedLists {

  private record Source(String server, ApiCall call) {}

  private final GatewayObserver observer;
  private final Map<Source, ListDamage> known = new ConcurrentHashMap<>();

  /** Tells this observer. */
  public DamagedLists(GatewayObserver observer) {
    this.observer = observer;
  }

  /** Notes a list that was read to its end. */
  public void read(Server server, ApiCall call, ListDamage damage) {
    Source source = new Source(server.name(), call);
    if (damage == ListDamage.NONE) {
      known.remove(source);
    } else if (known.put(source, damage) != damage) {
      observer.listDamaged(server, call, damage);
    }
  }
}
