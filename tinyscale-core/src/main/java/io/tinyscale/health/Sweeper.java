package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.observe.DamagedLists;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.Fixes;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Sweeps every server on a schedule of its own: one signed getMeetings tells whether it answers and
 * which meetings it holds. A server that hangs delays no other. A server whose list is late, cut or
 * refused is asked a second question, which costs it nothing: only if that has no answer either,
 * the sweep has failed. Thread-safe.
 */
public final class Sweeper implements AutoCloseable {

  /**
   * Many times what one server can hold. Nothing is learned from a longer list: servers are asked
   * for the meetings that are not known.
   */
  static final int MOST_MEETINGS = 10_000;

  private static final double JITTER = 0.2;

  /** Time for the second question: any BBB server answers it at once. */
  private static final Duration SECOND_QUESTION = Duration.ofSeconds(1);

  private final ServerPool pool;
  private final ServerCalls calls;
  private final SweepListener listener;
  private final Verdicts verdicts;
  private final Doubts doubts;
  private final GatewayObserver observer;
  private final Duration interval;
  private final Duration timeout;
  private final LongSupplier nanoClock;
  private final DoubleSupplier random;
  private final Set<Cancellation> running = ConcurrentHashMap.newKeySet();
  private final Set<String> sweeping = ConcurrentHashMap.newKeySet();

  private final DamagedLists damages;
  private volatile boolean closed;

  /**
   * Sweeps the servers of this pool.
   *
   * @param doubts settles whether a server answers that a sweep leaves in doubt; sweeps are sent
   *     through its calls
   * @param listener hears each meeting while a list is read
   * @param interval time from the end of one sweep of a server to the next, give or take a tenth
   * @param timeout time for the whole answer
   * @param random numbers between 0 and 1
   */
  public Sweeper(
      ServerPool pool,
      Doubts doubts,
      SweepListener listener,
      Verdicts verdicts,
      GatewayObserver observer,
      Duration interval,
      Duration timeout,
      DoubleSupplier random) {
    this.pool = pool;
    this.doubts = doubts;
    this.calls = doubts.calls();
    this.listener = listener;
    this.verdicts = verdicts;
    this.observer = observer;
    this.damages = new DamagedLists(observer);
    this.interval = interval;
    this.timeout = timeout;
    this.nanoClock = calls.nanoClock();
    this.random = random;
  }

  /**
   * Sweeps every server in use once, all at the same time, for the first verdicts. A server that
   * gives no answer is swept once more, as late as a verdict may come.
   *
   * @return what was found, in the order of the pool
   */
  public CompletionStage<List<Sweep>> firstSweep() {
    doubts.pause();
    return firstSweepOf(pool.servers(ServerStatus::inUse))
        .whenComplete((found, bug) -> doubts.goOn())
        .thenApply(
            found -> {
              judgeFirst(found);
              return found;
            });
  }

  /**
   * Sweeps these servers once, all at the same time, and judges nothing. A server that gives no
   * answer is swept once more, as late as a verdict may come.
   */
  CompletionStage<List<Sweep>> firstSweepOf(List<Server> servers) {
    return Stages.all(
        servers.stream().map(server -> sweep(server).thenCompose(this::onceMoreIfSilent)).toList());
  }

  private CompletionStage<Sweep> onceMoreIfSilent(Sweep found) {
    if (!(found instanceof Sweep.Failed failed) || !doubts.isSilent(failed.server())) {
      return CompletableFuture.completedStage(found);
    }
    CompletableFuture<Void> time = new CompletableFuture<>();
    calls.at(doubts.longEnoughSilence(failed.server()), () -> time.complete(null));
    return time.thenCompose(now -> sweep(failed.server()));
  }

  /** Takes the first sweeps of servers, which decide alone. */
  void judgeFirst(List<Sweep> found) {
    found.forEach(verdicts::first);
    // Of a server that was silent only at the end, probes tell more.
    found.forEach(sweep -> doubts.raise(sweep.server()));
  }

  /** Begins to sweep every server again and again. */
  public void start() {
    pool.servers(ServerStatus::inUse).forEach(server -> begin(server.name()));
  }

  boolean isClosed() {
    return closed;
  }

  /** Sweeps no more; a running sweep is given up. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Cancellation::cancel);
  }

  /** Begins to sweep a server again and again, unless that goes on already. */
  private void begin(String name) {
    if (sweeping.add(name)) {
      schedule(name);
    }
  }

  private void schedule(String name) {
    if (closed) {
      return;
    }
    double factor = 1 + JITTER * (random.getAsDouble() - 0.5);
    Duration pause = Duration.ofNanos((long) (interval.toNanos() * factor));
    calls.at(calls.in(pause), () -> sweepAgain(name));
  }

  private void sweepAgain(String name) {
    if (closed) {
      return;
    }
    Optional<ServerStatus> status = inUse(name);
    if (status.isEmpty()) {
      sweeping.remove(name);
      verdicts.forget(name);
      // It may have come back just now, and found that it is being swept.
      inUse(name).ifPresent(back -> begin(name));
      return;
    }
    Server server = status.get().server();
    Stages.started(() -> sweep(server))
        .whenComplete(
            (found, bug) -> {
              try {
                if (closed) {
                  // What works through lists may have ended, too.
                  return;
                }
                if (bug != null) {
                  observer.bug(ApiCall.GET_MEETINGS, bug, RequestTrace.NONE);
                } else if (isCurrent(found.server())) {
                  verdicts.again(found);
                  doubts.raise(found.server());
                }
              } catch (RuntimeException | Error mistake) {
                observer.bug(ApiCall.GET_MEETINGS, mistake, RequestTrace.NONE);
              } finally {
                schedule(name);
              }
            });
  }

  private Optional<ServerStatus> inUse(String name) {
    return pool.status(name).filter(ServerStatus::inUse);
  }

  /** Whether what a sweep found is still about the server of that name. */
  private boolean isCurrent(Server swept) {
    return pool.status(swept.name())
        .filter(status -> status.server().api().equals(swept.api()))
        .isPresent();
  }

  /** Sweeps a server and reports what became of it. */
  private CompletionStage<Sweep> sweep(Server server) {
    long asked = nanoClock.getAsLong();
    return list(server, asked)
        .thenCompose(
            found ->
                found instanceof Sweep.Failed failed && !closed
                    ? askAgain(failed, asked)
                    : CompletableFuture.completedStage(found))
        .thenApply(
            found -> {
              if (!closed) {
                Duration time = Duration.ofNanos(nanoClock.getAsLong() - asked);
                observer.swept(server, found.outcome(), time);
              }
              return found;
            });
  }

  private CompletionStage<Sweep> list(Server server, long asked) {
    SweptList list = new SweptList(MOST_MEETINGS, listener.asked(server, asked), observer);
    Cancellation sweep = begin();
    return calls
        .list(
            server,
            ApiCall.GET_MEETINGS,
            ListingKind.MEETINGS,
            QueryString.EMPTY,
            list,
            calls.in(timeout),
            sweep)
        // A deadline is told by the timer, which must not work through ten thousand meetings.
        .thenApplyAsync(reply -> found(reply, list, asked), calls.work())
        .whenComplete((found, bug) -> running.remove(sweep));
  }

  private Sweep found(Reply reply, SweptList list, long asked) {
    Server server = reply.server();
    list.end(reply instanceof Reply.Said said && said.content().succeeded());
    if (reply instanceof Reply.Said said) {
      if (!said.content().succeeded()) {
        String key = said.content().messageKey();
        return new Sweep.Failed(
            server,
            Map.of(),
            "it answered FAILED " + key,
            key.isEmpty() ? Fixes.noBbb(server) : "");
      }
      damages.read(server, ApiCall.GET_MEETINGS, list.damage());
      Map<MeetingId, HeldMeeting> meetings = list.meetings();
      return list.lacksSome()
          ? new Sweep.Partial(server, meetings, "", asked)
          : new Sweep.Passed(
              server,
              meetings,
              meetings.size() <= MOST_MEETINGS,
              list.load(),
              list.damage() != ListDamage.NONE,
              asked);
    }
    if (reply instanceof Reply.Nothing nothing) {
      return new Sweep.Failed(server, list.meetings(), nothing.cause(), nothing.fix());
    }
    return reply instanceof Reply.Overloaded
        ? new Sweep.Unasked(server)
        : new Sweep.WrongSecret(server);
  }

  /** Of a server whose list could not be read, finds out whether it answers at all. */
  private CompletionStage<Sweep> askAgain(Sweep.Failed failed, long asked) {
    Cancellation question = begin();
    Duration time = timeout.compareTo(SECOND_QUESTION) < 0 ? timeout : SECOND_QUESTION;
    return calls
        .ask(failed.server(), ApiCall.ROOT, QueryString.EMPTY, calls.in(time), question)
        .<Sweep>thenApplyAsync(
            reply ->
                reply.fold(
                    said -> said.content().succeeded() ? partial(failed, asked) : failed,
                    nothing -> failed,
                    () -> new Sweep.Unasked(failed.server()),
                    () -> partial(failed, asked)),
            calls.work())
        .whenComplete((answer, bug) -> running.remove(question));
  }

  private static Sweep partial(Sweep.Failed failed, long asked) {
    return new Sweep.Partial(failed.server(), failed.meetings(), failed.cause(), asked);
  }

  private Cancellation begin() {
    Cancellation question = new Cancellation();
    running.add(question);
    if (closed) {
      question.cancel();
    }
    return question;
  }
}
