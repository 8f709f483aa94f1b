package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** Calls about recordings that are no lists: to the owner of one, or to all who may own some. */
final class RecordingCalls {

  private final ServerPool pool;
  private final ServerCalls calls;
  private final Relay relay;
  private final RecordingOwners owners;
  private final GatewayLimits limits;
  private final GatewayObserver observer;

  RecordingCalls(
      ServerPool pool,
      ServerCalls calls,
      Relay relay,
      RecordingOwners owners,
      GatewayLimits limits,
      GatewayObserver observer) {
    this.pool = pool;
    this.calls = calls;
    this.relay = relay;
    this.owners = owners;
    this.limits = limits;
    this.observer = observer;
  }

  /**
   * What a server would say against the call's parameters; said here, so that it is no question of
   * which servers answer.
   */
  static Optional<ApiError> mistakeIn(AcceptedCall accepted) {
    if (accepted.call().equals(ApiCall.PUT_RECORDING_TEXT_TRACK)) {
      return Stream.of("recordID", "kind", "lang", "label")
          .filter(name -> isMissing(accepted, name))
          .findFirst()
          .map(ApiError::paramMissing);
    }
    if (isMissing(accepted, "recordID")) {
      return Optional.of(ApiError.RECORD_ID_MISSING);
    }
    return accepted.call().equals(ApiCall.PUBLISH_RECORDINGS) && isMissing(accepted, "publish")
        ? Optional.of(ApiError.PUBLISH_MISSING)
        : Optional.empty();
  }

  private static boolean isMissing(AcceptedCall accepted, String name) {
    return accepted.parameters().first(name).filter(value -> !value.isEmpty()).isEmpty();
  }

  /** Relays a call to the server that holds a recording. */
  CompletionStage<Answer> toOwner(AcceptedCall accepted, String recordId, Runnable onAbsence) {
    Deadline deadline = relay.deadline(accepted);
    Optional<Server> remembered =
        owners
            .owner(recordId)
            .flatMap(pool::status)
            .filter(ServerStatus::servesMeetings)
            .map(ServerStatus::server);
    if (remembered.isPresent()) {
      return relay
          .relay(accepted, remembered.get(), deadline)
          .thenApply(
              relayed -> {
                if (!relayed.succeeded()) {
                  owners.forget(recordId);
                }
                return relayed.answer();
              });
    }
    return findOwner(accepted, recordId)
        .thenCompose(
            search -> {
              if (search.owner().isPresent()) {
                return relay
                    .relay(accepted, search.owner().get(), deadline)
                    .thenApply(Relay.Relayed::answer);
              }
              if (search.complete()) {
                onAbsence.run();
              }
              ApiError error = search.complete() ? ApiError.NO_RECORDINGS : ApiError.INTERNAL;
              return CompletableFuture.completedStage(Answers.failed(accepted.call(), error));
            });
  }

  /**
   * What the search for a recording found.
   *
   * @param complete whether every server that may hold it has answered
   */
  private record Search(Optional<Server> owner, boolean complete) {}

  private CompletionStage<Search> findOwner(AcceptedCall accepted, String recordId) {
    QueryString question = QueryString.EMPTY.withEncoded("recordID", recordId).with("state", "any");
    Deadline deadline = calls.in(limits.list());
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    ConcurrentLinkedQueue<Server> found = new ConcurrentLinkedQueue<>();
    List<Server> holders = pool.servers(ServerStatus::servesMeetings);
    for (Server server : holders) {
      replies.add(
          calls
              .list(
                  server,
                  ApiCall.GET_RECORDINGS,
                  ListingKind.RECORDINGS,
                  question,
                  item -> learn(item, recordId, server, found),
                  deadline,
                  accepted.caller())
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                new Search(
                    Optional.ofNullable(found.peek()),
                    replies.stream().map(CompletableFuture::join).allMatch(RecordingCalls::told)));
  }

  private void learn(
      ListedItem item, String recordId, Server server, ConcurrentLinkedQueue<Server> found) {
    // Servers also list recordings whose id merely begins like this one.
    if (item.recordId().equals(recordId) && !found.contains(server)) {
      owners.learn(recordId, server);
      found.add(server);
    }
  }

  private static boolean told(Reply reply) {
    return reply instanceof Reply.Said said && said.content().succeeded();
  }

  /**
   * Sends a call to every server that may own one of its recordings. Servers skip the ids they do
   * not know, so one SUCCESS is the answer; {@code notFound} only if all said so.
   */
  CompletionStage<Answer> toAll(AcceptedCall accepted) {
    Deadline deadline = calls.in(limits.answer());
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (Server server : pool.servers(ServerStatus::servesMeetings)) {
      replies.add(
          calls
              .ask(server, accepted.call(), accepted.parameters(), deadline, accepted.caller())
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(done -> best(accepted, replies.stream().map(CompletableFuture::join).toList()));
  }

  private Answer best(AcceptedCall accepted, List<Reply> replies) {
    boolean silent = false;
    Optional<Reply.Said> refusal = Optional.empty();
    for (Reply reply : replies) {
      if (!(reply instanceof Reply.Said said)) {
        silent = true;
        report(accepted, reply);
      } else if (said.content().succeeded()) {
        return new Answer.Relay(said.headers(), said.body());
      } else if (refusal.isEmpty() || !said.content().messageKey().equals("notFound")) {
        refusal = Optional.of(said);
      }
    }
    boolean unproven =
        silent && (refusal.isEmpty() || refusal.get().content().messageKey().equals("notFound"));
    return refusal.isEmpty() || unproven
        ? Answers.failed(accepted.call(), ApiError.INTERNAL)
        : new Answer.Relay(refusal.get().headers(), refusal.get().body());
  }

  private void report(AcceptedCall accepted, Reply reply) {
    if (reply instanceof Reply.WrongSecret wrong) {
      observer.serverRefusesSecret(wrong.server());
    } else if (reply instanceof Reply.Nothing nothing && !accepted.caller().isCancelled()) {
      observer.callFailed(accepted.call(), nothing.server(), nothing.cause());
    }
  }
}
