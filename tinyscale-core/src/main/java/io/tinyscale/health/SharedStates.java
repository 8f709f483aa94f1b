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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

  /** What was decided about each server, and refused here last. Guarded by this. */
  private final Map<String, SharedState> refused = new HashMap<>();

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

  /**
   * Tells the others what has changed here, unless that is what they have told. A server that is
   * new here gets the state that was decided before it came, if that keeps new meetings away.
   */
  @Override
  public void poolChanged(PoolChange change) {
    for (ServerStatus status : pool.snapshot()) {
      String server = status.server().name();
      AdminState state = status.server().state();
      AdminState before = put(server, state);
      if (before == null) {
        joined(server);
      } else if (before != state && !isDecided(server, state)) {
        decisions.decide(server, state.toString());
      }
    }
  }

  private void joined(String server) {
    SharedState decided = decisions.latest().get(server);
    if (decided != null && isRetired(server)) {
      takeOverIfNew(server, decided);
    }
  }

  private boolean isDecided(String server, AdminState state) {
    SharedState decided = decisions.latest().get(server);
    return decided != null && decided.state().equals(state.toString());
  }

  private synchronized @Nullable AdminState put(String server, AdminState state) {
    return known.put(server, state);
  }

  /**
   * Takes over what others have decided since this was done last.
   *
   * @return whether the store told it, and all of it is taken over; never completed exceptionally
   */
  public CompletionStage<Boolean> takeOver() {
    return decisions
        .read()
        .thenCompose(
            read -> {
              CompletionStage<Boolean> all = CompletableFuture.completedStage(read.isPresent());
              for (Map.Entry<String, SharedState> decided : read.orElse(Map.of()).entrySet()) {
                all =
                    all.thenCombine(
                        takeOverIfNew(decided.getKey(), decided.getValue()), Boolean::logicalAnd);
              }
              return all;
            });
  }

  /** Whether nothing is left to be done; never completed exceptionally. */
  private CompletionStage<Boolean> takeOverIfNew(String server, SharedState decided) {
    Optional<ServerStatus> status = pool.status(server);
    if (status.isEmpty() || !isNew(server, decided)) {
      return CompletableFuture.completedStage(true);
    }
    Optional<AdminState> state = AdminState.named(decided.state());
    if (state.isEmpty() || state.get() == status.get().server().state()) {
      return CompletableFuture.completedStage(true);
    }
    return edits
        .apply(new PoolEdit.Change(server, ServerFields.NONE.state(state.get())))
        .handle(
            (edited, failure) -> {
              List<String> problems = problems(edited, failure);
              report(server, decided, problems);
              return problems.isEmpty();
            });
  }

  private synchronized boolean isNew(String server, SharedState decided) {
    return !decided.equals(taken.put(server, decided));
  }

  /** Why an edit did not take effect; empty if it did. */
  private static List<String> problems(@Nullable PoolEdited edited, @Nullable Throwable failure) {
    if (edited instanceof PoolEdited.Refused refused) {
      return refused.problems();
    }
    return failure == null ? List.of() : List.of(failure.toString());
  }

  private void report(String server, SharedState decided, List<String> problems) {
    if (problems.isEmpty()) {
      observer.adminChanged(
          decided.by(),
          "",
          "state of " + server + " is " + decided.state() + " by the store",
          "ok");
    } else if (isFirstRefusal(server, decided)) {
      observer.configWarning(
          "server "
              + server
              + ": it stays as it is here, although "
              + decided.by()
              + " made it "
              + decided.state()
              + ": "
              + String.join("; ", problems));
    }
  }

  /** What was refused is to be tried again, and is reported once. */
  private synchronized boolean isFirstRefusal(String server, SharedState decided) {
    taken.remove(server, decided);
    return !decided.equals(refused.put(server, decided));
  }
}
