package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.Cancellation;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Sweeps every server on a schedule of its own: one signed getMeetings tells whether it answers and
 * which meetings it holds. A server that hangs delays no other. Thread-safe.
 */
public final class HealthChecker implements AutoCloseable {

  private static final double JITTER = 0.2;

  private final ServerPool pool;
  private final ServerCalls calls;
  private final SweptMeetings receiver;
  private final GatewayObserver observer;
  private final Duration interval;
  private final Duration timeout;
  private final LongSupplier nanoClock;
  private final DoubleSupplier random;
  private final Set<Cancellation> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A checker that does nothing yet.
   *
   * @param receiver takes the meetings that complete sweeps find
   * @param interval time from the end of one sweep of a server to the next, give or take a tenth
   * @param timeout time for the whole answer
   * @param nanoClock as {@link System#nanoTime()}
   */
  public HealthChecker(
      ServerPool pool,
      ServerCalls calls,
      SweptMeetings receiver,
      GatewayObserver observer,
      Duration interval,
      Duration timeout,
      LongSupplier nanoClock) {
    this.pool = pool;
    this.calls = calls;
    this.receiver = receiver;
    this.observer = observer;
    this.interval = interval;
    this.timeout = timeout;
    this.nanoClock = nanoClock;
    this.random = () -> ThreadLocalRandom.current().nextDouble();
  }

  /**
   * Sweeps every server once, all at the same time, and takes the results as first verdicts.
   *
   * @return what was found, in the order of the pool; disabled servers are not asked
   */
  public CompletionStage<List<Sweep>> firstSweep() {
    List<CompletableFuture<Sweep>> sweeps =
        pool.servers(ServerStatus::servesMeetings).stream()
            .map(server -> sweep(server).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(sweeps.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              List<Sweep> found = sweeps.stream().map(CompletableFuture::join).toList();
              found.forEach(this::takeFirst);
              return found;
            });
  }

  /** Begins to sweep every server again and again. */
  public void start() {
    pool.servers(ServerStatus::servesMeetings).forEach(this::schedule);
  }

  /** Sweeps no more; a running sweep is given up. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Cancellation::cancel);
  }

  private void schedule(Server server) {
    if (closed) {
      return;
    }
    double factor = 1 + JITTER * (random.getAsDouble() - 0.5);
    Duration pause = Duration.ofNanos((long) (interval.toNanos() * factor));
    calls.at(calls.in(pause), () -> sweepAgain(server));
  }

  private void sweepAgain(Server server) {
    if (closed) {
      return;
    }
    sweep(server)
        .whenComplete(
            (found, bug) -> {
              try {
                if (bug != null) {
                  observer.bug(ApiCall.GET_MEETINGS, bug);
                } else if (!closed) {
                  take(found);
                }
              } finally {
                schedule(server);
              }
            });
  }

  private CompletionStage<Sweep> sweep(Server server) {
    long begun = nanoClock.getAsLong();
    Map<String, HeldMeeting> meetings = new HashMap<>();
    Cancellation sweep = new Cancellation();
    running.add(sweep);
    if (closed) {
      sweep.cancel();
    }
    return calls
        .list(
            server,
            ApiCall.GET_MEETINGS,
            ListingKind.MEETINGS,
            QueryString.EMPTY,
            meeting -> meetings.put(meeting.meetingId(), HeldMeeting.of(meeting.fields())),
            calls.in(timeout),
            sweep)
        .thenApply(
            reply -> {
              Sweep found = sweep(reply, meetings);
              if (found instanceof Sweep.Passed) {
                receiver.swept(server, meetings, begun);
              }
              return found;
            })
        .whenComplete((found, bug) -> running.remove(sweep));
  }

  private static Sweep sweep(Reply reply, Map<String, HeldMeeting> meetings) {
    if (reply instanceof Reply.Said said) {
      return said.content().succeeded()
          ? new Sweep.Passed(said.server(), meetings)
          : new Sweep.Failed(said.server(), "it answered FAILED " + said.content().messageKey());
    }
    if (reply instanceof Reply.Nothing nothing) {
      return new Sweep.Failed(nothing.server(), nothing.cause());
    }
    return new Sweep.WrongSecret(reply.server());
  }

  private void takeFirst(Sweep found) {
    if (found instanceof Sweep.Passed passed) {
      pool.passed(passed.server());
      observer.serverUp(passed.server(), passed.meetings().size());
      return;
    }
    pool.startsDown(found.server());
    reportFailure(found);
  }

  private void take(Sweep found) {
    if (found instanceof Sweep.Passed passed) {
      if (pool.passed(passed.server())) {
        observer.serverUp(passed.server(), passed.meetings().size());
      }
    } else if (pool.failed(found.server())) {
      reportFailure(found);
    }
  }

  private void reportFailure(Sweep found) {
    if (found instanceof Sweep.Failed failed) {
      observer.serverDown(failed.server(), failed.cause());
    } else {
      observer.serverRefusesSecret(found.server());
    }
  }
}
