package io.tinyscale.health;

import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.ServerFields;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Decisions;
import io.tinyscale.store.SharedState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the states of servers, such as cordoned, the same on all balancers. What changes in one
 * pool file, by an administrator's call or by hand, is told to the others, which write it into
 * their own file. The last word counts. Thread-safe.
 */
public final class SharedStates implements GatewayObserver {

  private final Decisions decisions;
  private final ServerPool pool;
  private final Function<PoolEdit, CompletionStage<PoolEdited>> edits;
  private final GatewayObserver observer;

  /** The state that each server had here last. Guarded by this. */
  private final Map<String, AdminState> known = new HashMap<>();

  /** What was decided about each server, as far as it was taken over. Guarded by this. */
  private final Map<String, SharedState> taken = new HashMap<>();

  /**
   * Begins with the pool as it is.
   *
   * @param edits edits the pool file
   */
  public SharedStates(
      Decisions decisions,
      ServerPool pool,
      Function<PoolEdit, CompletionStage<PoolEdited>> edits,
      GatewayObserver observer) {
    this.decisions = decisions;
    this.pool = pool;
    this.edits = edits;
    this.observer = observer;
    pool.snapshot().forEach(status -> known.put(status.server().name(), status.server().state()));
  }

  /** Whether balancers have decided that a server takes no new meetings. */
  public boolean isRetired(String server) {
    return Optional.ofNullable(decisions.latest().get(server))
        .flatMap(decided -> AdminState.named(decided.state()))
        .filter(state -> state != AdminState.ENABLED)
        .isPresent();
  }

  /** Tells the others what has changed here, unless that is what they have told. */
  @Override
  public void poolChanged(PoolChange change) {
    for (ServerStatus status : pool.snapshot()) {
      String server = status.server().name();
      AdminState state = status.server().state();
      AdminState before = put(server, state);
      SharedState decided = decisions.latest().get(server);
      boolean isTold = decided != null && decided.state().equals(state.toString());
      if (before != null && before != state && !isTold) {
        decisions.decide(server, state.toString());
      }
    }
  }

  private synchronized @Nullable AdminState put(String server, AdminState state) {
    return known.put(server, state);
  }

  /**
   * Takes over what others have decided since this was done last.
   *
   * @return whether the store told it; never completed exceptionally
   */
  public CompletionStage<Boolean> takeOver() {
    return decisions
        .read()
        .thenApply(
            read -> {
              read.ifPresent(all -> all.forEach(this::takeOverIfNew));
              return read.isPresent();
            });
  }

  private void takeOverIfNew(String server, SharedState decided) {
    if (isNew(server, decided)) {
      takeOver(server, decided);
    }
  }

  private synchronized boolean isNew(String server, SharedState decided) {
    return !decided.equals(taken.put(server, decided));
  }

  private void takeOver(String server, SharedState decided) {
    Optional<AdminState> state = AdminState.named(decided.state());
    boolean isOther =
        state.isPresent()
            && pool.status(server)
                .filter(status -> status.server().state() != state.get())
                .isPresent();
    if (isOther) {
      edits
          .apply(new PoolEdit.Change(server, ServerFields.NONE.state(state.get())))
          .thenAccept(edited -> report(server, decided, edited));
    }
  }

  private void report(String server, SharedState decided, PoolEdited edited) {
    if (edited instanceof PoolEdited.Refused refused) {
      observer.configWarning(
          "server "
              + server
              + ": it stays as it is here, although "
              + decided.by()
              + " made it "
              + decided.state()
              + ": "
              + String.join("; ", refused.problems()));
    } else {
      observer.adminChanged(
          decided.by(),
          "",
          "state of " + server + " is " + decided.state() + " by the store",
          "ok");
    }
  }
}
