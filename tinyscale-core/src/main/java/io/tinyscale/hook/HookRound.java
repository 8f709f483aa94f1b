package io.tinyscale.hook;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Tombstones;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One time that all servers which are due are served: their lists are read, then they are aligned.
 */
final class HookRound {

  /** Most webhooks that are read of one server's list; nobody has as many. */
  private static final int MOST_READ = 10_000;

  /** Most changes on one server in one round; what is left waits for the next. */
  private static final int MOST_CHANGES = 100;

  private final ServerPool pool;
  private final ServerCalls calls;
  private final Duration timeout;
  private final CallbackUrls callbackUrls;
  private final Tombstones tombstones;
  private final GatewayObserver observer;
  private final HookState state;
  private final Set<String> served;
  private final Cancellation cancellation = new Cancellation();

  /** What was done on one server, one action after the other. */
  private static final class Counts {
    private int registered;
    private int destroyed;
  }

  HookRound(
      ServerPool pool,
      ServerCalls calls,
      Duration timeout,
      CallbackUrls callbackUrls,
      Tombstones tombstones,
      GatewayObserver observer,
      HookState state,
      Set<String> served) {
    this.pool = pool;
    this.calls = calls;
    this.timeout = timeout;
    this.callbackUrls = callbackUrls;
    this.tombstones = tombstones;
    this.observer = observer;
    this.state = state;
    this.served = served;
  }

  void cancel() {
    cancellation.cancel();
  }

  void run() {
    CompletableFuture.completedStage(served)
        .thenCompose(names -> lists())
        .thenCompose(this::withoutDestroyed)
        .thenCompose(this::align)
        .whenComplete((nothing, bug) -> end(bug));
  }

  private void end(@Nullable Throwable bug) {
    state.roundEnded(bug != null);
    if (bug != null && !state.isClosed()) {
      observer.bug(ApiCall.HOOKS_LIST, bug, RequestTrace.NONE);
    }
  }

  /**
   * The lists of all servers. If none of the due servers has webhooks, the others are not asked.
   */
  private CompletionStage<List<HookList>> lists() {
    List<Server> all = pool.servers(ServerStatus::reachable);
    List<Server> due = all.stream().filter(server -> served.contains(server.name())).toList();
    List<Server> rest = all.stream().filter(server -> !due.contains(server)).toList();
    return lists(due)
        .thenCompose(
            first ->
                first.stream().noneMatch(HookList::isComplete)
                    ? CompletableFuture.completedStage(first)
                    : lists(rest)
                        .thenApply(
                            others -> Stream.concat(first.stream(), others.stream()).toList()));
  }

  /**
   * Finds out which webhooks of the served servers were destroyed while these were away, by what
   * all balancers remember.
   */
  private CompletionStage<List<HookList>> withoutDestroyed(List<HookList> lists) {
    List<HookList> complete = lists.stream().filter(HookList::isComplete).toList();
    Map<String, Set<String>> back = new LinkedHashMap<>();
    complete.stream()
        .filter(list -> served.contains(list.server().name()))
        .forEach(
            list ->
                list.hooks()
                    .keySet()
                    .forEach(
                        id ->
                            back.computeIfAbsent(id, first -> new HashSet<>())
                                .add(list.server().name())));
    // What all servers have is wanted: whoever destroys a webhook destroys it on some.
    back.keySet().removeIf(id -> complete.stream().allMatch(list -> list.hooks().containsKey(id)));
    return tombstones
        .among(back.keySet())
        .thenApply(
            destroyed -> {
              destroyed.forEach(
                  id -> state.destroyedElsewhere(id, back.getOrDefault(id, Set.of())));
              return lists;
            });
  }

  private CompletionStage<List<HookList>> lists(List<Server> servers) {
    return Stages.all(servers.stream().map(this::list).toList());
  }

  private CompletionStage<HookList> list(Server server) {
    Map<String, Hook> hooks = new LinkedHashMap<>();
    List<Hook> others = new ArrayList<>();
    return calls
        .list(
            server,
            ApiCall.HOOKS_LIST,
            ListingKind.HOOKS,
            QueryString.EMPTY,
            item -> {
              if (hooks.size() + others.size() < MOST_READ) {
                add(callbackUrls.ofFrontEnd(Hook.of(item)), hooks, others);
              }
            },
            calls.in(timeout),
            cancellation)
        .thenApply(reply -> new HookList(server, hooks, others, reply));
  }

  /** Keeps apart the forms of the same webhook. */
  private static void add(Hook hook, Map<String, Hook> hooks, List<Hook> others) {
    Hook first = hooks.putIfAbsent(hook.commonId(), hook);
    if (first == null || !first.isSameAs(hook)) {
      return;
    }
    boolean replaces =
        hook.isRelayed() && !first.isRelayed() || first.permanent() && !hook.permanent();
    if (replaces) {
      hooks.put(hook.commonId(), hook);
    }
    Hook other = replaces ? first : hook;
    if (!other.permanent()) {
      others.add(other);
    }
  }

  private CompletionStage<List<Void>> align(List<HookList> lists) {
    lists.stream().filter(list -> !list.isComplete()).forEach(list -> failed(list.reply()));
    return Stages.all(
        state.plan(lists.stream().filter(HookList::isComplete).toList()).entrySet().stream()
            .map(entry -> align(entry.getKey(), entry.getValue()))
            .toList());
  }

  /** Does one action after the other; a server without any is done at once. */
  private CompletionStage<Void> align(Server server, List<HookPlan.Action> actions) {
    Counts counts = new Counts();
    List<HookPlan.Action> now = actions.subList(0, Math.min(MOST_CHANGES, actions.size()));
    CompletionStage<Boolean> chain = CompletableFuture.completedStage(true);
    for (HookPlan.Action action : now) {
      chain =
          chain.thenCompose(
              well ->
                  well ? perform(server, action, counts) : CompletableFuture.completedStage(false));
    }
    return chain.thenAccept(
        well -> {
          if (counts.registered + counts.destroyed > 0) {
            observer.webhooksAligned(server, counts.registered, counts.destroyed);
          }
          if (well) {
            state.well(server);
          }
          if (now.size() < actions.size()) {
            state.dueAgain(server);
          }
        });
  }

  /** Whether the server has done it, or need not. */
  private CompletionStage<Boolean> perform(Server server, HookPlan.Action action, Counts counts) {
    if (cancellation.isCancelled()) {
      return CompletableFuture.completedStage(false);
    }
    if (!state.stands(action, server)) {
      return CompletableFuture.completedStage(true);
    }
    Hook hook = action.hook();
    return action.destroys()
        ? destroy(server, hook.id())
            .thenApply(
                gone -> {
                  if (gone) {
                    counts.destroyed++;
                    if (action.reason() == HookPlan.Reason.DESTROYED) {
                      state.gone(hook.commonId(), server);
                    }
                  }
                  return gone;
                })
        : register(server, hook, counts);
  }

  private CompletionStage<Boolean> register(Server server, Hook hook, Counts counts) {
    return calls
        .ask(server, ApiCall.HOOKS_CREATE, parameters(hook), calls.in(timeout), cancellation)
        .thenCompose(
            reply -> {
              if (!(reply instanceof Reply.Said said) || !said.content().succeeded()) {
                failed(reply);
                return CompletableFuture.completedStage(false);
              }
              counts.registered++;
              // It may have been destroyed everywhere while it was on its way to this server.
              return state.isEnded(hook.commonId())
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

  /** Reported once, until the server does better. */
  private void failed(Reply reply) {
    boolean news = state.failed(reply);
    if (!news || cancellation.isCancelled()) {
      return;
    }
    if (reply instanceof Reply.WrongSecret) {
      observer.serverRefusesSecret(reply.server());
    } else {
      observer.callFailed(
          ApiCall.HOOKS_LIST,
          reply.server(),
          reply instanceof Reply.Nothing nothing ? nothing.cause() : "it answered FAILED",
          RequestTrace.NONE);
    }
  }

  /** The parameters of the hooks/create that makes another webhook like this one. */
  private static QueryString parameters(Hook hook) {
    QueryString parameters = QueryString.EMPTY.withEncoded("callbackURL", hook.urlToRegister());
    if (!hook.meetingId().isEmpty()) {
      parameters = parameters.withEncoded("meetingID", hook.meetingId());
    }
    if (!hook.eventId().isEmpty()) {
      parameters = parameters.withEncoded("eventID", hook.eventId());
    }
    return hook.rawData() ? parameters.with("getRaw", "true") : parameters;
  }
}
