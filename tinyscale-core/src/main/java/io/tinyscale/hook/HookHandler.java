package io.tinyscale.hook;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.Refusals;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.FanOut;
import io.tinyscale.upstream.FanOut.Replies;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Webhooks (BBB docs, Webhooks): registered with every server that has bbb-webhooks, under one id
 * that is derived from the callback URL. Nothing is stored here; the servers know what is
 * registered. A server without bbb-webhooks answers 404 and does not count.
 */
public final class HookHandler implements CallHandler {

  /** Most webhooks of one server, which keeps them in memory, too; a longer list is refused. */
  static final int MOST_HOOKS = 10_000;

  private static final String CALLBACK_URL = "callbackURL";

  private final ServerCalls calls;
  private final FanOut fanOut;
  private final HookCopies copies;
  private final CallbackUrls callbackUrls;
  private final Duration timeout;
  private final Duration listTimeout;
  private final GatewayObserver observer;
  private final Refusals refusals;

  /**
   * Asks all servers.
   *
   * @param copies is told of webhooks that not all servers have heard of
   * @param callbackUrls what servers get for the callback URLs of webhooks
   * @param timeout for the answers
   * @param listTimeout for the lists
   */
  public HookHandler(
      ServerCalls calls,
      FanOut fanOut,
      HookCopies copies,
      CallbackUrls callbackUrls,
      Duration timeout,
      Duration listTimeout,
      GatewayObserver observer,
      Refusals refusals) {
    this.calls = calls;
    this.fanOut = fanOut;
    this.copies = copies;
    this.callbackUrls = callbackUrls;
    this.timeout = timeout;
    this.listTimeout = listTimeout;
    this.observer = observer;
    this.refusals = refusals;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    Optional<ApiError> mistake = mistakeIn(call);
    if (mistake.isPresent()) {
      return refusals.refuse(call, mistake.get());
    }
    if (call.call().equals(ApiCall.HOOKS_CREATE)) {
      return create(call);
    }
    return call.call().equals(ApiCall.HOOKS_DESTROY) ? destroy(call) : list(call);
  }

  /** What bbb-webhooks would say against the call's parameters. */
  private static Optional<ApiError> mistakeIn(AcceptedCall accepted) {
    if (accepted.call().equals(ApiCall.HOOKS_CREATE)
        && accepted.parameters().first(CALLBACK_URL).filter(url -> !url.isBlank()).isEmpty()) {
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

  /** The answer after no success: a reason that a server gave, or else what is certain. */
  private static Answer failure(AcceptedCall accepted, Replies replies) {
    Optional<ApiError> reason =
        replies.refused().stream()
            .filter(refusal -> !saysMissing(refusal))
            .findFirst()
            .map(
                refusal ->
                    new ApiError(
                        refusal.content().messageKey(), refusal.content().text("message")));
    return Answers.failed(accepted.call(), reason.orElseGet(() -> proven(replies)));
  }

  private static ApiError proven(Replies replies) {
    if (!replies.silent().isEmpty()) {
      return replies.error();
    }
    if (!replies.refused().isEmpty()) {
      return ApiError.HOOK_MISSING;
    }
    return replies.lacking().isEmpty() ? ApiError.INTERNAL : ApiError.UNSUPPORTED;
  }

  private static boolean saysMissing(Reply reply) {
    return reply instanceof Reply.Said refusal
        && refusal.content().messageKey().equals(MessageKeys.DESTROY_MISSING_HOOK);
  }

  /** The servers that have webhooks, or may have, and did not do what was asked. */
  private static Set<String> missed(Replies replies) {
    Stream<Server> refusing =
        replies.refused().stream().filter(refusal -> !saysMissing(refusal)).map(Reply.Said::server);
    return Stream.concat(replies.silent().stream(), refusing)
        .map(Server::name)
        .collect(Collectors.toSet());
  }

  private CompletionStage<Answer> create(AcceptedCall accepted) {
    String original = Hook.trimmed(accepted.parameters().first(CALLBACK_URL).orElseThrow());
    Optional<String> url = callbackUrls.ofHook(accepted.tenant(), original);
    if (url.isEmpty()) {
      return refusals.refuse(accepted, ApiError.CALLBACK_URL_OF_RELAY);
    }
    boolean isRelayed = !url.get().equals(original);
    QueryString parameters =
        callbackUrls.areRelayed()
            ? withOneUrl(accepted.parameters(), isRelayed ? url : Optional.empty())
            : accepted.parameters();
    return fanOut
        .ask(
            accepted.call(),
            accepted.trace(),
            timeout,
            accepted.caller(),
            (server, deadline) ->
                calls.ask(
                    server,
                    accepted.call(),
                    parameters,
                    accepted.trace(),
                    deadline,
                    accepted.caller()))
        .thenApply(replies -> created(accepted, original, replies, isRelayed));
  }

  /**
   * The parameters with one callback URL: it alone was judged, and a server that is given several
   * may take any.
   *
   * @param url in place of the first one; empty if that stays
   */
  private static QueryString withOneUrl(QueryString parameters, Optional<String> url) {
    AtomicBoolean isThere = new AtomicBoolean();
    return parameters.edited(
        // bbb-webhooks reads a name with brackets as one more value of the same parameter.
        name -> name.equals(CALLBACK_URL) || name.startsWith(CALLBACK_URL + "["),
        (name, value) ->
            name.equals(CALLBACK_URL) && !isThere.getAndSet(true)
                ? Optional.of(url.orElse(value))
                : Optional.empty());
  }

  private static boolean saysDuplicate(Reply.Said said) {
    return said.content().messageKey().equals(MessageKeys.DUPLICATE_WARNING);
  }

  private static boolean hasSucceeded(Reply reply) {
    return reply instanceof Reply.Said said && said.content().succeeded();
  }

  /**
   * One success is enough: the servers that missed it get it later. It was there before if any
   * server had it, as that server's copy stays as it was. A server that registered the relay's URL
   * now may have the same webhook in an older form, which a round destroys.
   */
  private Answer created(
      AcceptedCall accepted, String callbackUrl, Replies replies, boolean isRelayed) {
    if (replies.succeeded().isEmpty()) {
      return failure(accepted, replies);
    }
    Set<String> due = new HashSet<>(missed(replies));
    if (isRelayed) {
      replies.succeeded().stream()
          .filter(said -> !saysDuplicate(said))
          .forEach(said -> due.add(said.server().name()));
    }
    copies.registered(Hook.commonId(callbackUrl), due);
    boolean known = replies.succeeded().stream().anyMatch(HookHandler::saysDuplicate);
    Reply.Said first = replies.succeeded().get(0);
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
    Map<Server, List<Hook>> hooks = new HashMap<>();
    return fanOut
        .ask(
            accepted.call(),
            accepted.trace(),
            listTimeout,
            accepted.caller(),
            (server, deadline) -> {
              List<Hook> own = new ArrayList<>();
              hooks.put(server, own);
              return listOf(server, accepted.parameters(), own::add, deadline, accepted);
            })
        .thenApply(replies -> listed(accepted, replies, hooks));
  }

  private Answer listed(AcceptedCall accepted, Replies replies, Map<Server, List<Hook>> hooks) {
    if (replies.succeeded().isEmpty()) {
      return failure(accepted, replies);
    }
    Map<String, Hook> once = new LinkedHashMap<>();
    for (Reply.Said said : replies.succeeded()) {
      hooks
          .getOrDefault(said.server(), List.of())
          .forEach(hook -> once.putIfAbsent(hook.callbackUrl(), hook));
    }
    if (replies.failed() > 0) {
      observer.listPartial(accepted.call(), replies.failed(), replies.asked());
    }
    return Answers.list(Body.of(ApiDocument.hooks(once.values())), replies.failed());
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
          hooks.accept(callbackUrls.ofFrontEnd(Hook.of(item)));
        },
        accepted.trace(),
        deadline,
        accepted.caller());
  }

  /** Finds the servers' own ids for the webhook and destroys it wherever it is. */
  private CompletionStage<Answer> destroy(AcceptedCall accepted) {
    String id = accepted.parameters().first("hookID").orElseThrow().trim();
    copies.destroying(id);
    return fanOut
        .ask(
            accepted.call(),
            accepted.trace(),
            timeout,
            accepted.caller(),
            (server, deadline) -> destroyOn(server, id, deadline, accepted))
        .whenComplete(
            (replies, bug) ->
                copies.destroyed(
                    id, bug != null || replies.succeeded().isEmpty() ? Set.of() : missed(replies)))
        .thenApply(
            replies ->
                replies.succeeded().isEmpty()
                    ? failure(accepted, replies)
                    : Answers.xml(ApiDocument.hookRemoved()));
  }

  /**
   * Destroys a webhook on one server: the first of those with this common id, and the same webhook
   * in every other form.
   */
  private CompletionStage<Reply> destroyOn(
      Server server, String id, Deadline deadline, AcceptedCall accepted) {
    List<Hook> found = new ArrayList<>();
    Consumer<Hook> search =
        hook -> {
          if (hook.commonId().equals(id)
              && !hook.permanent()
              && found.stream().allMatch(hook::isSameAs)) {
            found.add(hook);
          }
        };
    return listOf(server, QueryString.EMPTY, search, deadline, accepted)
        .thenCompose(
            reply -> {
              if (!(reply instanceof Reply.Said said) || !said.content().succeeded()) {
                return CompletableFuture.completedStage(reply);
              }
              CompletionStage<Reply> last = CompletableFuture.completedStage(missingOn(server));
              for (Hook hook : found) {
                last = last.thenCompose(before -> destroy(hook, before, deadline, accepted));
              }
              return last;
            });
  }

  /**
   * Destroys one more webhook.
   *
   * @param before what the server said to the one before; after a failure nothing more is done
   */
  private CompletionStage<Reply> destroy(
      Hook hook, Reply before, Deadline deadline, AcceptedCall accepted) {
    if (!hasSucceeded(before) && !saysMissing(before)) {
      return CompletableFuture.completedStage(before);
    }
    return calls
        .ask(
            before.server(),
            ApiCall.HOOKS_DESTROY,
            QueryString.EMPTY.withEncoded("hookID", hook.id()),
            accepted.trace(),
            deadline,
            accepted.caller())
        .thenApply(reply -> hasSucceeded(before) && saysMissing(reply) ? before : reply);
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
