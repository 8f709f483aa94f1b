package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.DamagedLists;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Sweeps every server on a schedule of its own: one signed getMeetings tells whether it answers and
 * which meetings it holds. A server that hangs delays no other. A server whose list is late, cut or
 * refused is asked a second question, which costs it nothing: only if that has no answer either,
 * the sweep has failed. Thread-safe.
 */
public final class HealthChecker implements AutoCloseable {

  /**
   * Many times what one server can hold. Of one that lists more nothing is learned: what is not
   * known to be on a server is asked of it.
   */
  static final int MOST_MEETINGS = 10_000;

  private static final double JITTER = 0.2;

  /** Time for the second question: any BBB server answers it at once. */
  private static final Duration SECOND_QUESTION = Duration.ofSeconds(1);

  private final ServerPool pool;
  private final ServerCalls calls;
  private final SweptMeetings receiver;
  private final GatewayObserver observer;
  private final Duration interval;
  private final Duration timeout;
  private final LongSupplier nanoClock;
  private final DoubleSupplier random;
  private final Set<Cancellation> running = ConcurrentHashMap.newKeySet();
  private final Set<String> sweeping = ConcurrentHashMap.newKeySet();

  /** Servers whose meetings are too many to know them all. */
  private final Set<String> untold = ConcurrentHashMap.newKeySet();

  /** Servers that answer, but whose list could not be read the last time. */
  private final Set<String> unread = ConcurrentHashMap.newKeySet();

  private final DamagedLists damages;
  private final Drains drains;
  private volatile boolean closed;

  /**
   * A checker that does nothing yet.
   *
   * @param calls without a bound: a server with too many calls is not down
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
    this.damages = new DamagedLists(observer);
    this.drains = new Drains(observer);
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
    return sweepAll(pool.servers(ServerStatus::inUse))
        .thenApply(
            found -> {
              found.forEach(this::takeFirst);
              return found;
            });
  }

  private CompletionStage<List<Sweep>> sweepAll(List<Server> servers) {
    List<CompletableFuture<Sweep>> sweeps =
        servers.stream().map(server -> sweep(server).toCompletableFuture()).toList();
    return CompletableFuture.allOf(sweeps.toArray(CompletableFuture[]::new))
        .thenApply(done -> sweeps.stream().map(CompletableFuture::join).toList());
  }

  /** Begins to sweep every server again and again. */
  public void start() {
    pool.servers(ServerStatus::inUse).forEach(server -> begin(server.name()));
  }

  /**
   * Lets the pool be these servers from now on. New ones are swept first, so that nobody who asks
   * for a meeting meanwhile gets to hear that it may be there.
   *
   * @return done when the change has taken effect
   */
  public CompletionStage<Void> change(List<Server> servers) {
    return sweepAll(pool.newcomers(servers)).thenAccept(found -> change(servers, found));
  }

  private void change(List<Server> servers, List<Sweep> newcomers) {
    if (closed) {
      return;
    }
    Set<String> answering =
        newcomers.stream()
            .filter(sweep -> sweep instanceof Sweep.Passed || sweep instanceof Sweep.Partial)
            .map(sweep -> sweep.server().name())
            .collect(Collectors.toUnmodifiableSet());
    PoolChange change = pool.replace(servers, answering);
    if (!change.isEmpty()) {
      observer.poolChanged(change);
    }
    newcomers.forEach(this::takeNew);
    start();
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
      drains.forget(name);
      untold.remove(name);
      unread.remove(name);
      // It may have come back just now, and found that it is being swept.
      inUse(name).ifPresent(back -> begin(name));
      return;
    }
    sweep(status.get().server())
        .thenCompose(this::askAgain)
        .whenComplete(
            (found, bug) -> {
              try {
                if (bug != null) {
                  observer.bug(ApiCall.GET_MEETINGS, bug);
                } else if (!closed && isCurrent(found.server())) {
                  take(found);
                }
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

  private CompletionStage<Sweep> sweep(Server server) {
    long begun = nanoClock.getAsLong();
    SweptList list = new SweptList(MOST_MEETINGS);
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
        .thenApply(reply -> sweep(reply, list, begun))
        .whenComplete((found, bug) -> running.remove(sweep));
  }

  private Sweep sweep(Reply reply, SweptList list, long begun) {
    Server server = reply.server();
    if (reply instanceof Reply.Said said) {
      if (!said.content().succeeded()) {
        return Sweep.Failed.of(server, "it answered FAILED " + said.content().messageKey());
      }
      damages.read(server, ApiCall.GET_MEETINGS, list.damage());
      Map<MeetingId, HeldMeeting> meetings = list.meetings();
      return list.lacksSome()
          ? new Sweep.Partial(server, meetings, "")
          : new Sweep.Passed(server, meetings, meetings.size() <= MOST_MEETINGS, begun);
    }
    if (reply instanceof Reply.Nothing nothing) {
      return new Sweep.Failed(server, list.meetings(), nothing.cause());
    }
    return reply instanceof Reply.Overloaded
        ? Sweep.Failed.of(server, "too many calls to it are under way")
        : new Sweep.WrongSecret(server);
  }

  /** Of a server whose list could not be read, finds out whether it answers at all. */
  private CompletionStage<Sweep> askAgain(Sweep found) {
    if (closed || !(found instanceof Sweep.Failed failed)) {
      return CompletableFuture.completedStage(found);
    }
    Cancellation question = begin();
    Duration time = timeout.compareTo(SECOND_QUESTION) < 0 ? timeout : SECOND_QUESTION;
    return calls
        .ask(found.server(), ApiCall.ROOT, QueryString.EMPTY, calls.in(time), question)
        .thenApply(
            reply ->
                reply instanceof Reply.Said || reply instanceof Reply.WrongSecret
                    ? new Sweep.Partial(found.server(), failed.meetings(), failed.cause())
                    : found)
        .whenComplete((answer, bug) -> running.remove(question));
  }

  private Cancellation begin() {
    Cancellation question = new Cancellation();
    running.add(question);
    if (closed) {
      question.cancel();
    }
    return question;
  }

  private void takeFirst(Sweep found) {
    if (found instanceof Sweep.Passed passed) {
      boolean told = learn(passed) >= 0;
      pool.passed(passed.server(), told);
      observer.serverUp(passed.server(), passed.meetings().size());
    } else if (found instanceof Sweep.Partial partial) {
      receiver.sweptInPart(partial.server(), partial.meetings());
      pool.passed(partial.server(), false);
      observer.serverUp(partial.server(), partial.meetings().size());
    } else {
      pool.startsDown(found.server());
      reportFailure(found);
    }
  }

  /** What the pool knows already. */
  private void takeNew(Sweep found) {
    if (found instanceof Sweep.Passed passed) {
      if (learn(passed) < 0) {
        pool.passed(passed.server(), false);
      }
      observer.serverUp(passed.server(), passed.meetings().size());
    } else if (found instanceof Sweep.Partial) {
      takeFirst(found);
    } else {
      reportFailure(found);
    }
  }

  private void take(Sweep found) {
    if (found instanceof Sweep.Passed passed) {
      takePassed(passed);
    } else if (found instanceof Sweep.Partial partial) {
      takePartial(partial);
    } else if (found instanceof Sweep.WrongSecret) {
      boolean isNew =
          pool.status(found.server().name()).filter(ServerStatus::refusesSecret).isEmpty();
      pool.refusedSecret(found.server());
      if (isNew) {
        observer.serverRefusesSecret(found.server());
      }
    } else if (pool.failed(found.server())) {
      reportFailure(found);
      // Nothing on it can be reached, and nobody waits for its return.
      pool.drop(found.server());
    }
  }

  private void takePassed(Sweep.Passed passed) {
    Server server = passed.server();
    boolean refusedSecret =
        pool.status(server.name()).filter(ServerStatus::refusesSecret).isPresent();
    int held = learn(passed);
    boolean isBack = pool.passed(server, held >= 0);
    unread.remove(server.name());
    if (refusedSecret) {
      observer.serverAcceptsSecret(server);
    }
    if (isBack) {
      observer.serverUp(server, passed.meetings().size());
    }
    if (held == 0 && passed.meetings().isEmpty()) {
      pool.drop(server);
    }
  }

  private void takePartial(Sweep.Partial partial) {
    Server server = partial.server();
    receiver.sweptInPart(server, partial.meetings());
    boolean isBack = pool.answeredCheck(server);
    if (partial.isRead()) {
      unread.remove(server.name());
    } else if (unread.add(server.name())) {
      observer.listUnknown(server, partial.cause());
    }
    if (isBack) {
      observer.serverUp(server, partial.meetings().size());
    }
  }

  /**
   * Hands on what a sweep found.
   *
   * @return how many meetings the server is taken to hold; -1 if they are too many to know them all
   */
  private int learn(Sweep.Passed passed) {
    int held =
        passed.complete() ? receiver.swept(passed.server(), passed.meetings(), passed.begun()) : -1;
    if (held >= 0) {
      untold.remove(passed.server().name());
    } else if (untold.add(passed.server().name())) {
      observer.serverHasTooManyMeetings(passed.server());
    }
    pool.status(passed.server().name())
        .ifPresent(status -> drains.swept(status.server(), passed.meetings(), held));
    return held;
  }

  private void reportFailure(Sweep found) {
    if (found instanceof Sweep.Failed failed) {
      observer.serverDown(failed.server(), failed.cause());
    } else {
      observer.serverRefusesSecret(found.server());
    }
  }
}
