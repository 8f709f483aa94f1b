package io.tinyscale.store;

import io.tinyscale.store.StoreSettings.WhenDown;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer shares with others, at one instant. Immutable.
 *
 * @param self what it tells of itself
 * @param pool a digest of its pool: equal on balancers whose pools do not differ
 * @param store address of the store, without its password; null if there is none
 * @param up whether the store answers
 * @param young whether the store may have lost what it held
 * @param whenDown what creates of unknown meetings do while the store does not answer
 * @param others the other balancers that tell of themselves in the store, each with what differs
 */
public record SharedStatus(
    Peer self,
    String pool,
    @Nullable String store,
    boolean up,
    boolean young,
    WhenDown whenDown,
    List<Other> others) {

  /**
   * Another balancer.
   *
   * @param peer what it tells of itself
   * @param differences in what it differs so that it chooses other servers: names of servers, or
   *     the formula; empty if in nothing
   */
  public record Other(Peer peer, List<String> differences) {

    /** Copies the list. */
    public Other {
      differences = List.copyOf(differences);
    }
  }

  /** Copies the list. */
  public SharedStatus {
    others = List.copyOf(others);
  }

  /**
   * What this balancer shares.
   *
   * @param link null if there is no store
   */
  public static SharedStatus of(Peer self, @Nullable StoreLink link) {
    String pool = PoolDigest.whole(self.pool());
    if (link == null) {
      return new SharedStatus(self, pool, null, false, false, WhenDown.DEGRADE, List.of());
    }
    StoreView view = link.view();
    return new SharedStatus(
        self,
        pool,
        link.address(),
        link.isUp(),
        link.isUp() && view.young(),
        link.settings().whenDown(),
        view.others().stream()
            .map(other -> new Other(other, KnownPeers.differences(self, other)))
            .toList());
  }

  /** How many of the others differ. */
  public int differing() {
    return (int) others.stream().filter(other -> !other.differences().isEmpty()).count();
  }
}
