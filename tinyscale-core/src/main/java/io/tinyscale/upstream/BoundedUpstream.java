package io.tinyscale.upstream;

import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.server.Overload;
import io.tinyscale.server.Server;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Bounds the calls in flight to each server. A call over the limit has the outcome {@link
 * Outcome.Overloaded} at once, and nothing is sent. A call is in flight until its whole answer has
 * been read or was given up. Thread-safe.
 *
 * <p>For the calls of front ends. Sweeps go past it: a server with too many calls is not down, and
 * must be able to show that.
 */
public final class BoundedUpstream implements Upstream {

  private final Upstream upstream;
  private final int mostPerServer;
  private final Consumer<Overload> observer;

  /** By name; a server that leaves the pool leaves some bytes here. */
  private final ConcurrentHashMap<String, CallLimit> limits = new ConcurrentHashMap<>();

  /**
   * Sends through another upstream.
   *
   * @param mostPerServer calls in flight to one server
   * @param observer is told when the overload of a server begins and ends; must neither block nor
   *     throw
   */
  public BoundedUpstream(Upstream upstream, int mostPerServer, Consumer<Overload> observer) {
    this.upstream = upstream;
    this.mostPerServer = mostPerServer;
    this.observer = observer;
  }

  @Override
  public CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
    CallLimit limit = limitOf(request.server());
    if (!limit.enter()) {
      return CompletableFuture.completedStage(new Outcome.Overloaded());
    }
    Permit permit = new Permit(limit);
    return Stages.started(() -> upstream.send(request, cancellation))
        .handle(
            (outcome, bug) -> {
              if (bug != null) {
                permit.giveBack();
                throw new CompletionException(bug);
              }
              if (outcome instanceof Outcome.Answered answered
                  && answered.body().bytes().isEmpty()) {
                // A reader that gives the answer up may never subscribe to it.
                cancellation.onCancel(permit::giveBack);
                return new Outcome.Answered(
                    answered.status(),
                    answered.headers(),
                    permit.until(answered.body()),
                    answered.location());
              }
              permit.giveBack();
              return outcome;
            });
  }

  /** How many calls to a server are in flight. */
  public int callsTo(Server server) {
    CallLimit limit = limits.get(server.name());
    return limit == null ? 0 : limit.taken();
  }

  @Override
  public void close() {
    upstream.close();
  }

  private CallLimit limitOf(Server server) {
    return limits.computeIfAbsent(
        server.name(), name -> new CallLimit(mostPerServer, server, observer));
  }
}
