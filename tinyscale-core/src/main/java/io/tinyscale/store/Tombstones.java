package io.tinyscale.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for all balancers which webhooks were destroyed, so that none of them registers one
 * again that a server brings back. Thread-safe.
 */
public final class Tombstones {

  /** Nothing is remembered. */
  public static final Tombstones NONE = new Tombstones(null);

  private final @Nullable StoreLink link;

  /** Remembers in this store. */
  public Tombstones(@Nullable StoreLink link) {
    this.link = link;
  }

  /** A webhook was destroyed. */
  public void destroyed(String commonId) {
    if (link != null) {
      link.ask(() -> link.store().destroyed(StoreKey.of(commonId)).thenApply(done -> true));
    }
  }

  /** A webhook was registered. */
  public void wanted(String commonId) {
    if (link != null) {
      link.ask(() -> link.store().wanted(StoreKey.of(commonId)).thenApply(done -> true));
    }
  }

  /**
   * Which of these webhooks were destroyed.
   *
   * @return none if the store does not answer; never completed exceptionally
   */
  public CompletionStage<Set<String>> among(Collection<String> commonIds) {
    if (link == null || commonIds.isEmpty()) {
      return CompletableFuture.completedStage(Set.of());
    }
    Map<StoreKey, String> ids = new HashMap<>();
    commonIds.forEach(id -> ids.put(StoreKey.of(id), id));
    return link.ask(() -> link.store().destroyed(ids.keySet()))
        .thenApply(
            destroyed ->
                destroyed.stream()
                    .flatMap(Set::stream)
                    .flatMap(key -> Optional.ofNullable(ids.get(key)).stream())
                    .collect(Collectors.toSet()));
  }
}
