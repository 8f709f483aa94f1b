package io.tinyscale.upstream;

import io.tinyscale.body.Cancellation;
import io.tinyscale.server.Server;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends no more than so many calls to one server at a time; what would be more has the outcome
 * {@link Outcome.Overloaded} at once, and nothing is sent. A call is under way until the whole
 * answer has been read, or given up. Thread-safe.
 *
 * <p>For the calls of front ends. Sweeps go past it: a server with too many calls is not down, and
 * must be able to show that.
 */
public final class BoundedUpstream implements Upstream {

  private final Upstream upstream;
  private final int mostPerServer;
  private final OverloadListener listener;

  /** By name; a server that leaves the pool leaves some bytes here. */
  private final ConcurrentHashMap<String, Allowance> allowances = new ConcurrentHashMap<>();

  /**
   * Sends through another one.
   *
   * @param mostPerServer calls under way to one server
   */
  public BoundedUpstream(Upstream upstream, int mostPerServer, OverloadListener listener) {
    this.upstream = upstream;
    this.mostPerServer = mostPerServer;
    this.listener = listener;
  }

  @Override
  public CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
    Allowance allowance =
        allowances.computeIfAbsent(request.server().name(), name -> allowance(request.server()));
    if (!allowance.enter()) {
      return CompletableFuture.completedStage(new Outcome.Overloaded());
    }
    Place place = new Place(allowance);
    CompletionStage<Outcome> sent;
    try {
      sent = upstream.send(request, cancellation);
    } catch (RuntimeException bug) {
      place.giveBack();
      throw bug;
    }
    return sent.handle(
        (outcome, bug) -> {
          if (bug != null) {
            place.giveBack();
            throw new CompletionException(bug);
          }
          if (outcome instanceof Outcome.Answered answered && answered.body().bytes().isEmpty()) {
            // Who gives up an answer may never read it.
            cancellation.onCancel(place::giveBack);
            return new Outcome.Answered(
                answered.status(), answered.headers(), place.until(answered.body()));
          }
          place.giveBack();
          return outcome;
        });
  }

  /** How many calls to a server are under way. */
  public int callsTo(Server server) {
    Allowance allowance = allowances.get(server.name());
    return allowance == null ? 0 : allowance.taken();
  }

  @Override
  public void close() {
    upstream.close();
  }

  private Allowance allowance(Server server) {
    return new Allowance(
        mostPerServer,
        new Allowance.Listener() {
          @Override
          public void overloaded(int most) {
            listener.overloaded(server, most);
          }

          @Override
          public void relieved(long refused) {
            listener.relieved(server, refused);
          }
        });
  }
}
