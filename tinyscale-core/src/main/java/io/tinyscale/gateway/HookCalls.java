package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Webhooks (BBB docs, Webhooks): registered with every server that has bbb-webhooks, under one id
 * that is derived from the callback URL. Nothing is stored here; the servers know what is
 * registered. A server without bbb-webhooks answers 404 and does not count.
 */
final class HookCalls {

  /** Of one server, which keeps them in memory, too: a list with more is none. */
  static final int MOST_HOOKS = 10_000;

  private final ServerPool pool;
  private final ServerCalls calls;
  private final HookCopies copies;
  private final GatewayLimits limits;
  private final GatewayObserver observer;

  HookCalls(
      ServerPool pool,
      ServerCalls calls,
      HookCopies copies,
      GatewayLimits limits,
      GatewayObserver observer) {
    this.pool = pool;
    this.calls = calls;
    this.copies = copies;
    this.limits = limits;
    this.observer = observer;
  }

  /** What bbb-webhooks would say against the call's parameters. */
  static Optional<ApiError> mistakeIn(AcceptedCall accepted) {
    if (accepted.call().equals(ApiCall.HOOKS_CREATE)
        && accepted.parameters().first("callbackURL").filter(url -> !url.isBlank()).isEmpty()) {
      return Optional.of(ApiError.CALLBACK_URL_MISSING);
    }
    if (accepted.call().equals(ApiCall.HOOKS_CREATE)
        && accepted
            .parameters()
            .first("getRaw")
            .filter(raw -> !raw.isBlank() && !raw.equals("true") && !raw.equals("false"))
            .isPresent()) {
      // It breaks the request on a server, which must not be blamed for it.
      return Optional.of(ApiError.GET_RAW_UNCLEAR);
    }
    if (accepted.call().equals(ApiCall.HOOKS_DESTROY)
        && accepted.parameters().first("hookID").filter(id -> !id.isBlank()).isEmpty()) {
      return Optional.of(ApiError.HOOK_ID_MISSING);
    }
    return Optional.empty();
  }

  CompletionStage<Answer> answer(AcceptedCall accepted) {
    if (accepted.call().equals(ApiCall.HOOKS_CREATE)) {
      return create(accepted);
    }
    return accepted.call().equals(ApiCall.HOOKS_DESTROY) ? destroy(accepted) : list(accepted);
  }

  /** What all servers said, sorted. */
  private final class Replies {

    private final AcceptedCall accepted;
    private final List<Reply.Said> successes = new ArrayList<>();
    private final List<ApiError> refusals = new ArrayList<>();
    private int withoutWebhooks;
    private int silent;

    /** The servers that have webhooks, or may have, and did not do what was asked. */
    private final Set<String> missed = new HashSet<>();

    Replies(AcceptedCall accepted, List<Reply> replies, List<Server> down) {
      this.accepted = accepted;
      this.silent = down.size();
      down.forEach(server -> missed.add(server.name()));
      replies.forEach(this::add);
    }

    private void add(Reply reply) {
      if (reply instanceof Reply.Nothing nothing && nothing.noSuchCall()) {
        withoutWebhooks++;
        return;
      }
      if (reply instanceof Reply.Said said) {
        if (said.content().succeeded()) {
          successes.add(said);
        } else {
          ApiError refusal =
              new ApiError(said.content().messageKey(), said.content().text("message"));
          refusals.add(refusal);
          if (!isMissing(refusal)) {
            missed.add(said.server().name());
          }
        }
        return;
      }
      silent++;
      missed.add(reply.server().name());
      if (reply instanceof Reply.WrongSecret wrong) {
        observer.serverRefusesSecret(wrong.server());
      } else if (reply instanceof Reply.Nothing nothing && !accepted.caller().isCancelled()) {
        observer.callFailed(accepted.call(), nothing.server(), nothing.cause());
      }
    }

    /** How many of those that have webhooks, or may have, did not do what was asked. */
    int failed() {
      return refusals.size() + silent;
    }

    /** The answer after no success: a reason that a server gave, or else what is certain. */
    Answer failure() {
      Optional<ApiError> reason =
          refusals.stream().filter(refusal -> !isMissing(refusal)).findFirst();
      ApiError proven =
          !refusals.isEmpty()
              ? ApiError.HOOK_MISSING
              : withoutWebhooks > 0 ? ApiError.UNSUPPORTED : ApiError.INTERNAL;
      return Answers.failed(
          accepted.call(), reason.orElse(silent > 0 ? ApiError.INTERNAL : proven));
    }
  }

  private static boolean isMissing(ApiError refusal) {
    return refusal.messageKey().equals(ApiError.HOOK_MISSING.messageKey());
  }

  /** Asks every server that answers; those that are down by our verdict count as silent. */
  private CompletionStage<Replies> askAll(
      AcceptedCall accepted, Function<Server, CompletionStage<Reply>> asking) {
    List<ServerStatus> holders =
        pool.snapshot().stream().filter(ServerStatus::servesMeetings).toList();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    List<Server> down = new ArrayList<>();
    for (ServerStatus holder : holders) {
      if (holder.health().isUp()) {
        replies.add(asking.apply(holder.server()).toCompletableFuture());
      } else {
        down.add(holder.server());
      }
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                new Replies(
                    accepted, replies.stream().map(CompletableFuture::join).toList(), down));
  }

  private CompletionStage<Answer> create(AcceptedCall accepted) {
    Deadline deadline = calls.in(limits.answer());
    return askAll(
            accepted,
            server ->
                calls.ask(
                    server, accepted.call(), accepted.parameters(), deadline, accepted.caller()))
        .thenApply(replies -> created(accepted, replies));
  }

  /**
   * One success is enough: the servers that missed it get it later. It was there before if any
   * server had it, as that server's copy stays as it was.
   */
  private Answer created(AcceptedCall accepted, Replies replies) {
    if (replies.successes.isEmpty()) {
      return replies.failure();
    }
    String callbackUrl = accepted.parameters().first("callbackURL").orElseThrow();
    copies.registered(Hook.commonId(callbackUrl), replies.missed);
    boolean known =
        replies.successes.stream()
            .anyMatch(said -> said.content().messageKey().equals("duplicateWarning"));
    Reply.Said first = replies.successes.get(0);
    Hook hook =
        new Hook(
            "",
            callbackUrl,
            "",
            "",
            Boolean.parseBoolean(first.content().text("permanentHook")),
            Boolean.parseBoolean(first.content().text("rawData")));
    return Answers.xml(known ? ApiDocument.hookKnown(hook) : ApiDocument.hookCreated(hook));
  }

  /** Each callback URL once, as the first server of the pool has it. */
  private CompletionStage<Answer> list(AcceptedCall accepted) {
    Deadline deadline = calls.in(limits.list());
    Map<Server, List<Hook>> hooks = new LinkedHashMap<>();
    return askAll(
            accepted,
            server -> {
              List<Hook> own = new ArrayList<>();
              hooks.put(server, own);
              return listOf(server, accepted.parameters(), own::add, deadline, accepted);
            })
        .thenApply(
            replies -> {
              if (replies.successes.isEmpty()) {
                return replies.failure();
              }
              Map<String, Hook> once = new LinkedHashMap<>();
              for (Reply.Said said : replies.successes) {
                hooks
                    .getOrDefault(said.server(), List.of())
                    .forEach(hook -> once.putIfAbsent(hook.callbackUrl(), hook));
              }
              int missing = replies.failed();
              if (missing > 0) {
                observer.listPartial(accepted.call(), missing, missing + replies.successes.size());
              }
              return new Answer.Document(
                  ApiDocument.XML,
                  MergedLists.headers(missing),
                  Body.of(ApiDocument.hooks(once.values())));
            });
  }

  private CompletionStage<Reply> listOf(
      Server server,
      QueryString parameters,
      Consumer<Hook> hooks,
      Deadline deadline,
      AcceptedCall accepted) {
    AtomicInteger count = new AtomicInteger();
    return calls.list(
        server,
        ApiCall.HOOKS_LIST,
        ListingKind.HOOKS,
        parameters,
        item -> {
          if (count.incrementAndGet() > MOST_HOOKS) {
            throw new UncheckedIOException(new IOException("too many webhooks"));
          }
          hooks.accept(Hook.of(item));
        },
        deadline,
        accepted.caller());
  }

  /** Finds the servers' own ids for the webhook and destroys it wherever it is. */
  private CompletionStage<Answer> destroy(AcceptedCall accepted) {
    String id = accepted.parameters().first("hookID").orElseThrow().trim();
    Deadline deadline = calls.in(limits.answer());
    copies.destroying(id);
    return askAll(accepted, server -> destroyOn(server, id, deadline, accepted))
        .whenComplete(
            (replies, bug) ->
                copies.destroyed(
                    id, bug != null || replies.successes.isEmpty() ? Set.of() : replies.missed))
        .thenApply(
            replies ->
                replies.successes.isEmpty()
                    ? replies.failure()
                    : Answers.xml(ApiDocument.hookRemoved()));
  }

  private CompletionStage<Reply> destroyOn(
      Server server, String id, Deadline deadline, AcceptedCall accepted) {
    List<Hook> found = new ArrayList<>();
    Consumer<Hook> search =
        hook -> {
          if (hook.commonId().equals(id) && !hook.permanent()) {
            found.add(hook);
          }
        };
    return listOf(server, QueryString.EMPTY, search, deadline, accepted)
        .thenCompose(
            reply -> {
              if (!(reply instanceof Reply.Said said) || !said.content().succeeded()) {
                return CompletableFuture.completedStage(reply);
              }
              return found.isEmpty()
                  ? CompletableFuture.completedStage(missingOn(server))
                  : calls.ask(
                      server,
                      accepted.call(),
                      QueryString.EMPTY.withEncoded("hookID", found.get(0).id()),
                      deadline,
                      accepted.caller());
            });
  }

  /** What a server says to a hooks/destroy of a webhook that it does not have. */
  private static Reply missingOn(Server server) {
    return new Reply.Said(
        server,
        new ApiReply(
            Map.of(
                "returncode", "FAILED",
                "messageKey", ApiError.HOOK_MISSING.messageKey(),
                "message", ApiError.HOOK_MISSING.message())),
        List.of(),
        Body.EMPTY);
  }
}
