package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.OutcomeListener;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Settles quickly whether a server answers. A call without an answer raises a doubt. Then the
 * server is asked a cheap question, a probe, at most once a second and one at a time, until it
 * answers or is down by verdict. A server that is down and has passed a sweep is probed as well,
 * until it is up. Thread-safe.
 */
public final class Doubts implements OutcomeListener, AutoCloseable {

  /** Time for a probe, and the least time from one to the next of the same server. */
  private static final Duration PROBE = Duration.ofSeconds(1);

  private final ServerPool pool;
  private final Contacts contacts;
  private final ServerCalls calls;
  private final Verdicts verdicts;
  private final ConcurrentHashMap<String, Turn> turns = new ConcurrentHashMap<>();
  private final Set<Cancellation> running = ConcurrentHashMap.newKeySet();

  /** While the very first checks run, which decide alone, there are no probes. */
  private volatile boolean paused;

  private volatile boolean closed;

  /**
   * Probes the servers of this pool.
   *
   * @param contacts learn of every answer, and of every call without one
   * @param calls makes the calls that tell a listener; without a bound: a server with too many
   *     calls is not down
   */
  public Doubts(
      ServerPool pool,
      Contacts contacts,
      Function<OutcomeListener, ServerCalls> calls,
      Verdicts verdicts) {
    this.pool = pool;
    this.contacts = contacts;
    this.calls = calls.apply(this);
    this.verdicts = verdicts;
  }

  /** Calls beside those of front ends: they show whether a server answers, and nothing else. */
  public ServerCalls calls() {
    return calls;
  }

  @Override
  public void heard(Server server) {
    contacts.with(server).answered(calls.nanoClock().getAsLong());
    pool.heard(server);
  }

  @Override
  public void unheard(Server server, long asked, boolean refused) {
    contacts.with(server).unanswered(asked, refused);
    raise(server);
  }

  @Override
  public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
    verdicts.bug(call, bug, trace);
  }

  /** Whether the last word of a server is silence. */
  boolean isSilent(Server server) {
    return contacts.with(server).isSilent();
  }

  /** When a server that is silent has been so for as long as a verdict takes. */
  Deadline longEnoughSilence(Server server) {
    long now = calls.nanoClock().getAsLong();
    return calls.in(Verdicts.LEAST_SILENCE.minus(contacts.with(server).silentFor(now)));
  }

  /** Sends no probes until {@link #goOn}: the first checks of all servers are about to begin. */
  void pause() {
    paused = true;
  }

  /** Sends probes from now on. */
  void goOn() {
    paused = false;
  }

  /** Probes a server if that would tell more than is known. */
  void raise(Server server) {
    if (isWanted(server)) {
      prepare(server);
    }
  }

  /** Sends no more probes; those on their way are given up. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Cancellation::cancel);
  }

  private boolean isWanted(Server server) {
    return !closed
        && !paused
        && current(server)
            .filter(
                status ->
                    status.health().isUp()
                        ? contacts.with(server).isSilent()
                        : status.health().isComingBack())
            .isPresent();
  }

  private boolean isUp(Server server) {
    return current(server).filter(status -> status.health().isUp()).isPresent();
  }

  /** The status of a server, unless its name stands for another address by now. */
  private Optional<ServerStatus> current(Server server) {
    return pool.status(server.name())
        .filter(status -> status.inUse() && status.server().api().equals(server.api()));
  }

  private void prepare(Server server) {
    Turn turn = turns.computeIfAbsent(server.name(), name -> new Turn());
    // A doubt is settled at once; that a server is back needs a proof of some time.
    turn.take(calls.in(isUp(server) ? Duration.ZERO : PROBE))
        .ifPresent(
            at -> {
              try {
                calls.at(at, () -> begin(server, turn));
              } catch (RejectedExecutionException stopped) {
                closed = true;
              }
            });
  }

  private void begin(Server server, Turn turn) {
    if (!isWanted(server)) {
      turn.end();
      return;
    }
    Cancellation probe = new Cancellation();
    Stages.started(() -> probe(server, turn, probe))
        .whenComplete(
            (reply, bug) -> {
              running.remove(probe);
              turn.end();
              if (bug != null) {
                // The next call or sweep without an answer raises a probe; until then there may be
                // memory again.
                verdicts.bug(ApiCall.ROOT, bug);
              } else {
                judgeIfCurrent(server, reply);
                raise(server);
              }
            });
  }

  private void judgeIfCurrent(Server server, Reply reply) {
    try {
      if (!closed && current(server).isPresent()) {
        judge(server, reply);
      }
    } catch (RuntimeException | Error mistake) {
      verdicts.bug(ApiCall.ROOT, mistake);
    }
  }

  private CompletionStage<Reply> probe(Server server, Turn turn, Cancellation probe) {
    turn.begin(calls.in(PROBE));
    running.add(probe);
    if (closed) {
      probe.cancel();
    }
    return calls.ask(server, ApiCall.ROOT, QueryString.EMPTY, calls.in(PROBE), probe);
  }

  private void judge(Server server, Reply reply) {
    if (reply instanceof Reply.Said || reply instanceof Reply.WrongSecret) {
      verdicts.answered(server);
    } else if (reply instanceof Reply.Nothing nothing) {
      verdicts.again(Sweep.Failed.of(server, nothing.cause()));
    }
  }

  /** The probes of one server: one at a time, and not too often. */
  private static final class Turn {

    private boolean taken;
    private Deadline free = new Deadline(0);
    private boolean begun;

    /** Takes the turn, if it is free: when the next probe may begin. */
    synchronized Optional<Deadline> take(Deadline now) {
      if (taken) {
        return Optional.empty();
      }
      taken = true;
      return Optional.of(begun ? now.later(free) : now);
    }

    synchronized void begin(Deadline next) {
      begun = true;
      free = next;
    }

    synchronized void end() {
      taken = false;
    }
  }
}
