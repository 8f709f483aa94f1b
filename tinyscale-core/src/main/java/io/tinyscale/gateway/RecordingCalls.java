package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.FanOut;
import io.tinyscale.upstream.FanOut.Replies;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls about recordings that are no lists: to the owner of one, or to all who may own some. */
final class RecordingCalls {

  private final ServerPool pool;
  private final ServerCalls calls;
  private final FanOut fanOut;
  private final Relay relay;
  private final RecordingOwners owners;
  private final GatewayLimits limits;

  RecordingCalls(
      ServerPool pool,
      ServerCalls calls,
      FanOut fanOut,
      Relay relay,
      RecordingOwners owners,
      GatewayLimits limits) {
    this.pool = pool;
    this.calls = calls;
    this.fanOut = fanOut;
    this.relay = relay;
    this.owners = owners;
    this.limits = limits;
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
              Server owner = search.owner();
              return owner == null
                  ? CompletableFuture.completedStage(notFound(accepted, search, onAbsence))
                  : relay.relay(accepted, owner, deadline).thenApply(Relay.Relayed::answer);
            });
  }

  private static Answer notFound(AcceptedCall accepted, Search search, Runnable onAbsence) {
    ApiError error = search.error();
    if (error != null) {
      return Answers.failed(accepted.call(), error);
    }
    onAbsence.run();
    return Answers.failed(accepted.call(), ApiError.NO_RECORDINGS);
  }

  /**
   * What the search for a recording found.
   *
   * @param owner null if no server has it
   * @param error why the search is incomplete; null if every server that may hold it has answered
   */
  private record Search(@Nullable Server owner, @Nullable ApiError error) {}

  private CompletionStage<Search> findOwner(AcceptedCall accepted, String recordId) {
    QueryString question = QueryString.EMPTY.withEncoded("recordID", recordId).with("state", "any");
    ConcurrentLinkedQueue<Server> found = new ConcurrentLinkedQueue<>();
    return fanOut
        .ask(
            ApiCall.GET_RECORDINGS,
            limits.list(),
            accepted.caller(),
            (server, deadline) ->
                calls.list(
                    server,
                    ApiCall.GET_RECORDINGS,
                    ListingKind.RECORDINGS,
                    question,
                    item -> learn(item, recordId, server, found),
                    deadline,
                    accepted.caller()))
        .thenApply(
            replies -> new Search(found.peek(), replies.failed() > 0 ? replies.error() : null));
  }

  private void learn(
      ListedItem item, String recordId, Server server, ConcurrentLinkedQueue<Server> found) {
    // Servers also list recordings whose id merely begins like this one.
    if (item.recordId().equals(recordId) && !found.contains(server)) {
      owners.learn(recordId, server);
      found.add(server);
    }
  }

  /**
   * Sends a call to every server that may own one of its recordings. Servers skip the ids they do
   * not know, so one SUCCESS is the answer; {@code notFound} only if all said so.
   */
  CompletionStage<Answer> toAll(AcceptedCall accepted) {
    return fanOut
        .ask(
            accepted.call(),
            limits.answer(),
            accepted.caller(),
            (server, deadline) ->
                calls.ask(
                    server, accepted.call(), accepted.parameters(), deadline, accepted.caller()))
        .thenApply(replies -> best(accepted, replies));
  }

  private static Answer best(AcceptedCall accepted, Replies replies) {
    Stream<Reply.Said> reasons = replies.refused().stream().filter(said -> !saysNotFound(said));
    Stream<Reply.Said> denials =
        replies.silent().isEmpty() ? replies.refused().stream() : Stream.empty();
    return Stream.of(replies.succeeded().stream(), reasons, denials)
        .flatMap(Function.identity())
        .findFirst()
        .<Answer>map(said -> new Answer.Relay(said.headers(), said.body()))
        .orElseGet(() -> Answers.failed(accepted.call(), replies.error()));
  }

  private static boolean saysNotFound(Reply.Said said) {
    return said.content().messageKey().equals(MessageKeys.NOT_FOUND);
  }
}
