package io.tinyscale.store;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What administrators decided about servers, for all balancers. Thread-safe. */
public final class Decisions {

  private final StoreLink link;
  private final InstantSource clock;
  private volatile Map<String, SharedState> latest = Map.of();

  /** What the store does not know yet. Guarded by this. */
  private final Map<String, SharedState> untold = new HashMap<>();

  /** Has read nothing yet. */
  public Decisions(StoreLink link, InstantSource clock) {
    this.link = link;
    this.clock = clock;
  }

  /** What was read or decided here last, by the server's name. */
  public Map<String, SharedState> latest() {
    return latest;
  }

  /**
   * Reads what the store says.
   *
   * @return what was decided; empty if the store does not answer; never completed exceptionally
   */
  public CompletionStage<Optional<Map<String, SharedState>>> read() {
    return link.ask(() -> link.store().decisions())
        .thenApply(
            read -> {
              read.ifPresent(this::merge);
              return read.map(all -> latest);
            });
  }

  /** What was decided here while the store did not answer counts if it is younger. */
  private void merge(Map<String, SharedState> read) {
    Map<String, SharedState> all = new HashMap<>(read);
    Map<String, SharedState> younger = new HashMap<>();
    synchronized (this) {
      untold.forEach(
          (server, own) -> {
            SharedState there = read.get(server);
            if (there == null || there.at().isBefore(own.at())) {
              younger.put(server, own);
            }
          });
      untold.clear();
      all.putAll(younger);
      latest = Map.copyOf(all);
    }
    younger.forEach(this::tell);
  }

  /** Tells all balancers the state of a server; without the store only this one goes by it. */
  public void decide(String server, String state) {
    SharedState decided = new SharedState(state, link.self().id(), clock.instant());
    synchronized (this) {
      Map<String, SharedState> more = new HashMap<>(latest);
      more.put(server, decided);
      latest = Map.copyOf(more);
    }
    tell(server, decided);
  }

  private void tell(String server, SharedState decided) {
    link.ask(() -> link.store().decide(server, decided).thenApply(done -> true))
        .thenAccept(
            told -> {
              if (told.isEmpty()) {
                synchronized (this) {
                  untold.put(server, decided);
                }
              }
            });
  }
}
