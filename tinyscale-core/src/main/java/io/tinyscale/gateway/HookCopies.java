package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives servers that are new, or were away, the webhooks that the others have. Nothing is stored:
 * what is registered is learned from the servers' own lists, and what any of them has, all get.
 * Only what was destroyed while a server was away is remembered, so that it does not come back with
 * it.
 *
 * <p>Fed by sweeps: one that finds a server new, or back, makes it due; the next one starts a round
 * in which all servers that are due are served. At most one round runs at a time. Thread-safe.
 */
public final class HookCopies implements AutoCloseable {

  /** Of one server's list; nobody has as many. */
  private static final int MOST_READ = 10_000;

  /** On one server in one round; what is left waits for the next. */
  private static final int MOST_CHANGES = 100;

  private final ServerPool pool;
  private final ServerCalls calls;
  private final Duration timeout;
  private final GatewayObserver observer;

  // All below is guarded by this.

  /** The servers that have been swept, and where they were then. */
  private final Map<String, URI> seen = new HashMap<>();

  private final Set<String> due = new HashSet<>();

  /** Those whose failure was reported and still lasts. */
  private final Set<String> failing = new HashSet<>();

  private final DestroyedHooks destroyed = new DestroyedHooks();

  /** The common ids of webhooks that are just being destroyed, and how often. */
  private final Map<String, Integer> ending = new HashMap<>();

  private @Nullable Round running;
  private boolean closed;

  /**
   * Knows nothing yet.
   *
   * @param calls judges no server by what it makes of webhooks
   * @param timeout for one answer
   */
  public HookCopies(
      ServerPool pool, ServerCalls calls, Duration timeout, GatewayObserver observer) {
    this.pool = pool;
    this.calls = calls;
    this.timeout = timeout;
    this.observer = observer;
  }

  /** Takes note that a server has just told all its meetings; called before that is a verdict. */
  public void swept(Server server) {
    Round round;
    synchronized (this) {
      seen.keySet().removeIf(name -> status(name).filter(ServerStatus::servesMeetings).isEmpty());
      boolean known = server.api().equals(seen.put(server.name(), server.api()));
      if (!known || status(server.name()).filter(ServerStatus::answers).isEmpty()) {
        due.add(server.name());
        return;
      }
      if (closed || running != null || !due.contains(server.name())) {
        return;
      }
      due.retainAll(seen.keySet());
      round = new Round(Set.copyOf(due), Set.copyOf(ending.keySet()));
      due.clear();
      running = round;
    }
    round.run();
  }

  private Optional<ServerStatus> status(String name) {
    return pool.status(name);
  }

  /** A webhook has been registered, but not with these servers. */
  synchronized void registered(String commonId, Set<String> missing) {
    destroyed.remove(commonId);
    due.addAll(missing);
    if (running != null) {
      running.again = true;
    }
  }

  /** A webhook is going to be destroyed. */
  synchronized void destroying(String commonId) {
    ending.merge(commonId, 1, Integer::sum);
    if (running != null) {
      running.ended.add(commonId);
    }
  }

  /** That is over now; if it was done, these servers may have the webhook still. */
  synchronized void destroyed(String commonId, Set<String> missing) {
    ending.computeIfPresent(commonId, (id, count) -> count > 1 ? count - 1 : null);
    if (!missing.isEmpty()) {
      destroyed.add(commonId, missing);
      due.addAll(missing);
    }
  }

  /** Starts no round any more, and gives up a running one. */
  @Override
  public void close() {
    Round round;
    synchronized (this) {
      closed = true;
      round = running;
    }
    if (round != null) {
      round.cancellation.cancel();
    }
  }

  /**
   * The webhooks of one server, as far as it told them.
   *
   * @param hooks by their common ids
   */
  private record Told(Server server, Map<String, Hook> hooks, Reply reply) {

    boolean isComplete() {
      return reply instanceof Reply.Said said && said.content().succeeded();
    }
  }

  /** What is to be done on one server. */
  private record Change(Hook hook, boolean destroys) {}

  /** What was done on one server, one thing after the other. */
  private static final class Tally {
    private int registered;
    private int destroyed;
  }

  /** One time that all servers which are due are served. */
  private final class Round {

    private final Cancellation cancellation = new Cancellation();
    private final Set<String> served;

    // Guarded by HookCopies.this.
    private final Set<String> ended;
    private boolean again;

    /**
     * A round for these servers.
     *
     * @param ending the webhooks that are just being destroyed, whose fate is not for this round
     */
    Round(Set<String> served, Set<String> ending) {
      this.served = served;
      this.ended = new HashSet<>(ending);
    }

    void run() {
      CompletionStage<Void> done;
      try {
        List<Server> all = pool.servers(ServerStatus::answers);
        List<Server> first = all.stream().filter(server -> served.contains(server.name())).toList();
        List<Server> rest = all.stream().filter(server -> !first.contains(server)).toList();
        done =
            lists(first)
                .thenCompose(
                    told ->
                        // Where no server that is due has webhooks, nobody else is asked.
                        told.stream().noneMatch(Told::isComplete)
                            ? CompletableFuture.completedStage(told)
                            : lists(rest)
                                .thenApply(
                                    others ->
                                        Stream.concat(told.stream(), others.stream()).toList()))
                .thenCompose(this::align);
      } catch (RuntimeException bug) {
        done = CompletableFuture.failedStage(bug);
      }
      done.whenComplete((nothing, bug) -> end(bug));
    }

    private void end(@Nullable Throwable bug) {
      boolean report;
      synchronized (HookCopies.this) {
        running = null;
        report = !closed;
        if (again || bug != null) {
          due.addAll(served);
        }
      }
      if (bug != null && report) {
        observer.bug(ApiCall.HOOKS_LIST, bug);
      }
    }

    private CompletionStage<List<Told>> lists(List<Server> servers) {
      List<CompletableFuture<Told>> lists =
          servers.stream().map(server -> list(server).toCompletableFuture()).toList();
      return CompletableFuture.allOf(lists.toArray(CompletableFuture[]::new))
          .thenApply(done -> lists.stream().map(CompletableFuture::join).toList());
    }

    private CompletionStage<Told> list(Server server) {
      Map<String, Hook> hooks = new LinkedHashMap<>();
      return calls
          .list(
              server,
              ApiCall.HOOKS_LIST,
              ListingKind.HOOKS,
              QueryString.EMPTY,
              item -> {
                if (hooks.size() < MOST_READ) {
                  Hook hook = Hook.of(item);
                  hooks.put(hook.commonId(), hook);
                }
              },
              calls.in(timeout),
              cancellation)
          .thenApply(reply -> new Told(server, hooks, reply));
    }

    private CompletionStage<Void> align(List<Told> told) {
      told.stream().filter(one -> !one.isComplete()).forEach(one -> failed(one.reply()));
      List<Told> complete = told.stream().filter(Told::isComplete).toList();
      Map<Server, List<Change>> changes = changes(complete);
      return CompletableFuture.allOf(
          changes.entrySet().stream()
              .map(entry -> apply(entry.getKey(), entry.getValue()).toCompletableFuture())
              .toArray(CompletableFuture[]::new));
    }

    private Map<Server, List<Change>> changes(List<Told> told) {
      Map<Server, List<Change>> changes = new LinkedHashMap<>();
      synchronized (HookCopies.this) {
        // Somebody else has registered it anew where it was destroyed.
        destroyed.removeIf(
            (id, away) ->
                !ended.contains(id)
                    && told.stream()
                        .filter(one -> !away.contains(one.server().name()))
                        .anyMatch(one -> one.hooks().containsKey(id)));
        Map<String, Hook> all = new LinkedHashMap<>();
        for (Told one : told) {
          one.hooks()
              .forEach(
                  (id, hook) -> {
                    if (!hook.permanent() && !destroyed.contains(id)) {
                      all.putIfAbsent(id, hook);
                    }
                  });
        }
        for (Told one : told) {
          changes.put(one.server(), changes(one, all));
        }
      }
      return changes;
    }

    private List<Change> changes(Told told, Map<String, Hook> all) {
      String server = told.server().name();
      List<Change> changes = new ArrayList<>();
      destroyed.retainOn(server, told.hooks().keySet());
      told.hooks()
          .forEach(
              (id, hook) -> {
                if (!hook.permanent() && destroyed.mayBeOn(id, server)) {
                  changes.add(new Change(hook, true));
                }
              });
      all.forEach(
          (id, hook) -> {
            if (!told.hooks().containsKey(id)) {
              changes.add(new Change(hook, false));
            }
          });
      return changes;
    }

    /** Does one thing after the other; servers without anything to do are done at once. */
    private CompletionStage<Void> apply(Server server, List<Change> changes) {
      Tally done = new Tally();
      List<Change> now = changes.subList(0, Math.min(MOST_CHANGES, changes.size()));
      CompletionStage<Boolean> chain = CompletableFuture.completedStage(true);
      for (Change change : now) {
        chain =
            chain.thenCompose(
                well ->
                    well ? apply(server, change, done) : CompletableFuture.completedStage(false));
      }
      return chain.thenAccept(
          well -> {
            if (done.registered + done.destroyed > 0) {
              observer.webhooksAligned(server, done.registered, done.destroyed);
            }
            synchronized (HookCopies.this) {
              if (well) {
                failing.remove(server.name());
              }
              if (now.size() < changes.size()) {
                due.add(server.name());
              }
            }
          });
    }

    /** Whether the server has done it, or need not. */
    private CompletionStage<Boolean> apply(Server server, Change change, Tally done) {
      Hook hook = change.hook();
      synchronized (HookCopies.this) {
        boolean stands =
            change.destroys()
                ? destroyed.mayBeOn(hook.commonId(), server.name())
                : !ended.contains(hook.commonId());
        if (!stands || cancellation.isCancelled()) {
          return CompletableFuture.completedStage(!cancellation.isCancelled());
        }
      }
      return change.destroys()
          ? destroy(server, hook.id())
              .thenApply(
                  well -> {
                    if (well) {
                      done.destroyed++;
                      synchronized (HookCopies.this) {
                        destroyed.removeFrom(server.name(), hook.commonId());
                      }
                    }
                    return well;
                  })
          : register(server, hook, done);
    }

    private CompletionStage<Boolean> register(Server server, Hook hook, Tally done) {
      return calls
          .ask(server, ApiCall.HOOKS_CREATE, parameters(hook), calls.in(timeout), cancellation)
          .thenCompose(
              reply -> {
                if (!(reply instanceof Reply.Said said) || !said.content().succeeded()) {
                  failed(reply);
                  return CompletableFuture.completedStage(false);
                }
                done.registered++;
                boolean unwanted;
                synchronized (HookCopies.this) {
                  unwanted = ended.contains(hook.commonId());
                }
                // It was destroyed everywhere while it was on its way to this server.
                return unwanted
                    ? destroy(server, said.content().text("hookID"))
                    : CompletableFuture.completedStage(true);
              });
    }

    private CompletionStage<Boolean> destroy(Server server, String id) {
      return calls
          .ask(
              server,
              ApiCall.HOOKS_DESTROY,
              QueryString.EMPTY.withEncoded("hookID", id),
              calls.in(timeout),
              cancellation)
          .thenApply(
              reply -> {
                boolean gone =
                    reply instanceof Reply.Said said
                        && (said.content().succeeded()
                            || said.content()
                                .messageKey()
                                .equals(ApiError.HOOK_MISSING.messageKey()));
                if (!gone) {
                  failed(reply);
                }
                return gone;
              });
    }

    /** The server stays due, unless it has no webhooks; reported once until it does better. */
    private void failed(Reply reply) {
      String server = reply.server().name();
      boolean report;
      synchronized (HookCopies.this) {
        if (reply instanceof Reply.Nothing nothing && nothing.noSuchCall()) {
          failing.remove(server);
          return;
        }
        due.add(server);
        report = failing.add(server) && !cancellation.isCancelled();
      }
      if (!report) {
        return;
      }
      if (reply instanceof Reply.WrongSecret) {
        observer.serverRefusesSecret(reply.server());
      } else {
        observer.callFailed(
            ApiCall.HOOKS_LIST,
            reply.server(),
            reply instanceof Reply.Nothing nothing ? nothing.cause() : "it answered FAILED");
      }
    }
  }

  /** The parameters of the hooks/create that makes another webhook like this one. */
  private static QueryString parameters(Hook hook) {
    QueryString parameters = QueryString.EMPTY.withEncoded("callbackURL", hook.callbackUrl());
    if (!hook.meetingId().isEmpty()) {
      parameters = parameters.withEncoded("meetingID", hook.meetingId());
    }
    if (!hook.eventId().isEmpty()) {
      parameters = parameters.withEncoded("eventID", hook.eventId());
    }
    return hook.rawData() ? parameters.with("getRaw", "true") : parameters;
  }
}
