package io.tinyscale.store;

import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides where creates go by the claims in the store. Thread-safe. */
public final class SharedClaims implements Claims {

  private final StoreLink link;
  private final ServerPool pool;
  private final GatewayObserver observer;

  /** Whether administrators have decided, for all balancers, that a server takes no creates. */
  private final Predicate<String> retired;

  /**
   * Decides by this store.
   *
   * @param retired whether administrators have decided, for all balancers, that the server with a
   *     name takes no new meetings
   */
  public SharedClaims(
      StoreLink link, ServerPool pool, Predicate<String> retired, GatewayObserver observer) {
    this.link = link;
    this.pool = pool;
    this.retired = retired;
    this.observer = observer;
  }

  @Override
  public CompletionStage<Decided> decide(
      MeetingId meetingId, Server want, Collection<String> givenUp, boolean absent) {
    Set<String> notThere = new HashSet<>(givenUp);
    for (ServerStatus status : pool.statuses(there -> !there.takesNewMeetings())) {
      AdminState state = status.server().state();
      boolean counts = state == AdminState.DISABLED || state == AdminState.CORDONED && absent;
      if (counts && retired.test(status.server().name())) {
        notThere.add(status.server().name());
      }
    }
    notThere.remove(want.name());
    return claim(meetingId, want, notThere)
        .thenCompose(
            claim ->
                claim.isEmpty()
                    ? CompletableFuture.completedStage(withoutStore(want, absent))
                    : decided(meetingId, want, notThere, claim.get()));
  }

  private CompletionStage<Optional<Claim>> claim(
      MeetingId meetingId, Server want, Collection<String> givenUp) {
    long begun = link.nanoClock().getAsLong();
    return link.ask(() -> link.store().claim(StoreKey.of(meetingId.text()), want.name(), givenUp))
        .whenComplete(
            (claim, bug) ->
                observer.storeAsked(link.nanoClock().getAsLong() - begun, claim.isPresent()));
  }

  private Decided withoutStore(Server want, boolean absent) {
    observer.claimed(ClaimResult.UNAVAILABLE);
    return absent && link.settings().whenDown() == StoreSettings.WhenDown.REFUSE
        ? Decided.refused()
        : Decided.on(want, false);
  }

  private CompletionStage<Decided> decided(
      MeetingId meetingId, Server want, Set<String> givenUp, Claim claim) {
    if (claim.server().equals(want.name())) {
      boolean isReplaced = !claim.before().isEmpty() && !claim.before().equals(claim.server());
      observer.claimed(
          isReplaced
              ? ClaimResult.GIVEN_UP
              : claim.before().isEmpty() ? ClaimResult.NEW : ClaimResult.SHARED);
      return CompletableFuture.completedStage(Decided.on(want, isSure(claim) && !isReplaced));
    }
    Optional<ServerStatus> claimed = pool.status(claim.server());
    if (claimed.isEmpty() && !link.othersKnow(claim.server()) && givenUp.add(claim.server())) {
      // No balancer has it any more.
      return claim(meetingId, want, givenUp)
          .thenCompose(
              again ->
                  again.isEmpty()
                      ? CompletableFuture.completedStage(withoutStore(want, true))
                      : decided(meetingId, want, givenUp, again.get()));
    }
    return CompletableFuture.completedStage(
        claimed
            .filter(ServerStatus::inUse)
            .filter(status -> status.health().isUp())
            .map(status -> shared(status.server(), claim))
            .orElseGet(() -> refused(meetingId, claim.server())));
  }

  private Decided shared(Server server, Claim claim) {
    observer.claimed(ClaimResult.SHARED);
    return Decided.on(server, isSure(claim));
  }

  private boolean isSure(Claim claim) {
    return !claim.young() && link.speaksForAll();
  }

  private Decided refused(MeetingId meetingId, String server) {
    observer.claimed(ClaimResult.REFUSED);
    observer.createRefusedByClaim(meetingId, server);
    return Decided.refused();
  }

  @Override
  public CompletionStage<Decided> decideAgain(MeetingId meetingId, Server not, Server want) {
    StoreKey key = StoreKey.of(meetingId.text());
    return link.ask(() -> link.store().move(key, not.name(), want.name()))
        .thenApply(
            moved -> {
              if (moved.isEmpty()) {
                return withoutStore(want, true);
              }
              if (!moved.get()) {
                return refused(meetingId, not.name());
              }
              observer.claimed(ClaimResult.MOVED);
              return Decided.on(want, link.speaksForAll());
            });
  }

  @Override
  public Runnable keep(MeetingId meetingId, Server server) {
    Keeping keeping = new Keeping(StoreKey.of(meetingId.text()), server.name());
    keeping.renewIn(link.settings().ttl().dividedBy(3));
    return keeping::end;
  }

  /** Renews a claim again and again. */
  private final class Keeping {

    private final StoreKey meeting;
    private final String server;
    private final AtomicReference<@Nullable Future<?>> next = new AtomicReference<>();
    private volatile boolean over;

    Keeping(StoreKey meeting, String server) {
      this.meeting = meeting;
      this.server = server;
    }

    void renewIn(Duration pause) {
      next.set(
          link.in(
              pause,
              () -> {
                link.ask(() -> link.store().claim(meeting, server, Set.of()));
                if (!over) {
                  renewIn(pause);
                }
              }));
    }

    void end() {
      over = true;
      Future<?> alarm = next.get();
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
  }
}
