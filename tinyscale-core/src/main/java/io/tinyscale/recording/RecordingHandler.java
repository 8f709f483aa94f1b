package io.tinyscale.recording;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.Bytes;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.Refusals;
import io.tinyscale.call.Relay;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.FanOut;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Relays calls about one recording to the server that owns it. */
public final class RecordingHandler implements CallHandler {

  private static final byte[] NO_RECORDINGS =
      Bytes.of('"' + ApiError.NO_RECORDINGS.messageKey() + '"');

  private final ServerPool pool;
  private final FanOut fanOut;
  private final ServerCalls calls;
  private final Relay relay;
  private final RecordingOwners owners;
  private final Duration listTimeout;
  private final Placer placer;
  private final Refusals refusals;

  /**
   * Relays to the servers of this pool.
   *
   * @param owners remembers which server owns a recording
   * @param listTimeout for the search of a recording on all servers
   * @param placer counts calls for recordings that no server has
   */
  public RecordingHandler(
      ServerPool pool,
      FanOut fanOut,
      ServerCalls calls,
      Relay relay,
      RecordingOwners owners,
      Duration listTimeout,
      Placer placer,
      Refusals refusals) {
    this.pool = pool;
    this.fanOut = fanOut;
    this.calls = calls;
    this.relay = relay;
    this.owners = owners;
    this.listTimeout = listTimeout;
    this.placer = placer;
    this.refusals = refusals;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    Optional<ApiError> mistake = RecordingMistakes.in(call);
    if (mistake.isPresent()) {
      return refusals.refuse(call, mistake.get());
    }
    String recordId = call.request().recordId().orElseThrow();
    Deadline deadline = relay.deadline(call);
    Optional<Server> remembered =
        owners
            .owner(recordId)
            .flatMap(pool::status)
            .filter(ServerStatus::inUse)
            .map(ServerStatus::server);
    if (remembered.isPresent()) {
      return toRemembered(call, recordId, remembered.get(), deadline);
    }
    return search(call, recordId).thenCompose(search -> toFound(call, search, deadline));
  }

  private CompletionStage<Answer> toRemembered(
      AcceptedCall call, String recordId, Server owner, Deadline deadline) {
    return relay
        .relay(call, owner, deadline)
        .thenCompose(
            relayed -> {
              if (!relayed.succeeded()) {
                owners.forget(recordId);
              }
              return lacksIt(relayed) && call.isRepeatable()
                  ? elsewhere(call, recordId, relayed.answer(), deadline)
                  : answered(relayed.answer());
            });
  }

  /** Whether a server does not have the recording; text tracks are answered in JSON. */
  private static boolean lacksIt(Relay.Relayed relayed) {
    return !relayed.succeeded()
        && relayed.answer() instanceof Answer.Relay relay
        && relay.body().bytes().filter(bytes -> Bytes.contains(bytes, NO_RECORDINGS)).isPresent();
  }

  /**
   * The answer of another server that has the recording: it may have been copied there, and deleted
   * here.
   *
   * @param said what the server said that had it
   */
  private CompletionStage<Answer> elsewhere(
      AcceptedCall call, String recordId, Answer said, Deadline deadline) {
    return search(call, recordId)
        .thenCompose(
            search ->
                search.owner().isEmpty() && search.complete()
                    ? answered(said)
                    : toFound(call, search, deadline));
  }

  private CompletionStage<Answer> toFound(AcceptedCall call, Search search, Deadline deadline) {
    if (search.owner().isPresent()) {
      return relay.relay(call, search.owner().get(), deadline).thenApply(Relay.Relayed::answer);
    }
    if (search.complete()) {
      placer.passOver(call.placementRequest(MeetingId.NONE));
      return answered(Answers.failed(call.call(), ApiError.NO_RECORDINGS));
    }
    return answered(Answers.failed(call.call(), search.error()));
  }

  /**
   * What the search for a recording found.
   *
   * @param complete whether every server that may hold it has answered
   * @param error why the call fails if that is not so
   */
  private record Search(Optional<Server> owner, boolean complete, ApiError error) {}

  private CompletionStage<Search> search(AcceptedCall call, String recordId) {
    QueryString question = QueryString.EMPTY.withEncoded("recordID", recordId).with("state", "any");
    Queue<Server> found = new ConcurrentLinkedQueue<>();
    return fanOut
        .ask(
            ApiCall.GET_RECORDINGS,
            call.trace(),
            listTimeout,
            call.caller(),
            (server, deadline) ->
                calls.list(
                    server,
                    ApiCall.GET_RECORDINGS,
                    ListingKind.RECORDINGS,
                    question,
                    item -> learn(item, recordId, server, found),
                    call.trace(),
                    deadline,
                    call.caller()))
        .thenApply(
            replies ->
                new Search(
                    Optional.ofNullable(found.peek()), replies.failed() == 0, replies.error()));
  }

  private void learn(ListedItem item, String recordId, Server server, Queue<Server> found) {
    // Servers also list recordings whose id merely begins like this one.
    if (item.recordId().equals(recordId) && !found.contains(server)) {
      owners.learn(recordId, server);
      found.add(server);
    }
  }

  private static CompletionStage<Answer> answered(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
