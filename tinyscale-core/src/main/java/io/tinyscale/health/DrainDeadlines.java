package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.body.Stages;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.ServerFields;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the operator asks for beyond a cordon: tells the rooms, ends the meetings that
 * are left at the deadline if the operator says so, and writes into the pool file what becomes of
 * the server once it is empty. All of it follows from the pool file and from what servers say, so a
 * restart forgets nothing. Only a message that is due at the beginning of a drain is not sent again
 * after a restart. Thread-safe.
 */
public final class DrainDeadlines implements AutoCloseable {

  private static final Duration TICK = Duration.ofSeconds(1);

  /** From an edit of the pool file that was refused to the next try. */
  private static final Duration NEXT_EDIT = Duration.ofMinutes(1);

  private final ServerPool pool;
  private final ServerCalls calls;
  private final MeetingEnds ends;
  private final RoomMessages messages;
  private final Function<PoolEdit, CompletionStage<PoolEdited>> edits;
  private final GatewayObserver observer;
  private final InstantSource clock;

  /** By the names of servers; it and its values are guarded by this. */
  private final Map<String, Draining> drainings = new HashMap<>();

  /** Whether no look was taken yet; guarded by this. */
  private boolean fresh = true;

  private volatile boolean closed;

  /**
   * Carries out nothing yet.
   *
   * @param calls tell the time
   * @param edits change the pool file, and take effect before they are done
   */
  public DrainDeadlines(
      ServerPool pool,
      ServerCalls calls,
      MeetingEnds ends,
      RoomMessages messages,
      Function<PoolEdit, CompletionStage<PoolEdited>> edits,
      GatewayObserver observer,
      InstantSource clock) {
    this.pool = pool;
    this.calls = calls;
    this.ends = ends;
    this.messages = messages;
    this.edits = edits;
    this.observer = observer;
    this.clock = clock;
  }

  /** Begins to look at the time about every second. */
  public void start() {
    if (closed) {
      return;
    }
    try {
      look();
    } catch (RuntimeException | Error bug) {
      observer.bug(ApiCall.END, bug, RequestTrace.NONE);
    }
    try {
      calls.at(calls.in(TICK), this::start);
    } catch (RejectedExecutionException stopped) {
      closed = true;
    }
  }

  /** Carries out no more. */
  @Override
  public void close() {
    closed = true;
  }

  /**
   * Takes a complete sweep; what follows from it is done at the next look.
   *
   * @param meetings how many it found
   * @param expected how many meetings the server is taken to hold, those on their way included
   * @param begun when the sweep began, on the scale of {@link System#nanoTime()}
   */
  public synchronized void swept(Server server, int meetings, int expected, long begun) {
    Draining draining = drainings.get(server.name());
    if (draining != null && draining.server().api().equals(server.api())) {
      draining.swept(meetings, expected, begun);
    }
  }

  private void look() {
    Instant now = clock.instant();
    List<ServerStatus> drained =
        pool.statuses(status -> status.server().drain() != null && !status.leaving());
    List<Draining> current = new ArrayList<>();
    synchronized (this) {
      Map<String, Draining> before = Map.copyOf(drainings);
      drainings.clear();
      for (ServerStatus status : drained) {
        Server server = status.server();
        @Nullable Draining known = before.get(server.name());
        Draining draining =
            known != null && known.isOf(server)
                ? known
                : new Draining(server, !fresh, now, calls.nanoClock().getAsLong());
        drainings.put(server.name(), draining);
        current.add(draining);
      }
      fresh = false;
    }
    current.forEach(this::act);
  }

  /** Does what is due. */
  private void act(Draining draining) {
    List<Runnable> due = new ArrayList<>(0);
    synchronized (this) {
      Instant now = clock.instant();
      if (!isCurrent(draining)) {
        return;
      }
      // What a server holds while it is down is ended later.
      boolean tells = current(draining).filter(ServerStatus::tells).isPresent();
      if (tells && draining.beginTelling(now)) {
        due.add(() -> tell(draining));
      }
      if (draining.becomesOverdue(now)) {
        int left = draining.meetings();
        due.add(() -> observer.drainDeadline(draining.server(), left, draining.drain().end()));
      }
      if (tells && draining.beginEnding(now)) {
        due.add(() -> end(draining));
      }
      if (draining.beginFinishing(now)) {
        due.add(() -> finish(draining));
      }
    }
    due.forEach(Runnable::run);
  }

  private synchronized boolean isCurrent(Draining draining) {
    return !closed
        && drainings.get(draining.server().name()) == draining
        && current(draining).isPresent();
  }

  /** The server as it is now, while its drain is still wanted. */
  private Optional<ServerStatus> current(Draining draining) {
    return pool.status(draining.server().name()).filter(status -> draining.isOf(status.server()));
  }

  private void tell(Draining draining) {
    Server server = current(draining).map(ServerStatus::server).orElse(draining.server());
    Stages.started(() -> messages.tell(server, draining.drain().message()))
        .whenComplete(
            (told, bug) -> {
              boolean isListed = bug == null && told.rooms() >= 0;
              synchronized (this) {
                draining.told(isListed);
              }
              if (isListed && told.rooms() > 0) {
                observer.drainTold(server, told.told(), told.rooms());
              }
              report(ApiCall.SEND_CHAT_MESSAGE, bug);
            });
  }

  private void end(Draining draining) {
    Stages.started(() -> ends.endAll(draining.server(), () -> isCurrent(draining)).result())
        .whenComplete(
            (ending, bug) -> {
              synchronized (this) {
                draining.ended(calls.nanoClock().getAsLong());
              }
              if (bug == null && ending.total() > 0) {
                observer.drainEnded(draining.server(), ending.ended(), ending.failed());
              }
              report(ApiCall.END, bug);
            });
  }

  private void report(ApiCall call, @Nullable Throwable bug) {
    if (bug != null && !closed) {
      observer.bug(call, bug, RequestTrace.NONE);
    }
  }

  /** Writes what becomes of an empty server. */
  private void finish(Draining draining) {
    Stages.started(() -> edits.apply(last(draining)))
        .whenComplete(
            (edited, bug) -> {
              synchronized (this) {
                draining.finished(clock.instant().plus(NEXT_EDIT));
              }
              if (closed) {
                return;
              }
              if (bug != null) {
                observer.poolReloadFailed(bug);
              } else if (edited instanceof PoolEdited.Refused refused
                  && refused.reason() != PoolEdited.Reason.NOT_WANTED) {
                observer.drainUnfinished(
                    draining.server(), draining.drain().then(), refused.problems());
              }
            });
  }

  /** The last edit of a drain, which is wanted only while the file says the same of it. */
  private static PoolEdit last(Draining draining) {
    String name = draining.server().name();
    Drain drain = draining.drain();
    return switch (drain.then()) {
      case REMOVED -> new PoolEdit.Remove(name, now -> drain.equals(now.drain()));
      case DISABLED ->
          new PoolEdit.Change(
              name, ServerFields.NONE.state(AdminState.DISABLED), now -> drain.equals(now.drain()));
      case CORDONED ->
          new PoolEdit.Change(
              name,
              ServerFields.NONE.without(ServerFields.Field.DRAIN),
              now -> drain.equals(now.drain()));
    };
  }
}
