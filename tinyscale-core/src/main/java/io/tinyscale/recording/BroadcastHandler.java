package io.tinyscale.recording;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.Refusals;
import io.tinyscale.upstream.FanOut;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sends calls that change recordings to every server that may own one of them. Servers skip the ids
 * that they do not know, so one SUCCESS is the answer; {@code notFound} only if all servers said
 * so.
 */
public final class BroadcastHandler implements CallHandler {

  private final FanOut fanOut;
  private final ServerCalls calls;
  private final Duration timeout;
  private final Refusals refusals;

  /**
   * Sends to all servers.
   *
   * @param timeout for the answers
   */
  public BroadcastHandler(ServerCalls calls, FanOut fanOut, Duration timeout, Refusals refusals) {
    this.fanOut = fanOut;
    this.calls = calls;
    this.timeout = timeout;
    this.refusals = refusals;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    Optional<ApiError> mistake = RecordingMistakes.in(call);
    if (mistake.isPresent()) {
      return refusals.refuse(call, mistake.get());
    }
    return fanOut
        .ask(
            call.call(),
            call.trace(),
            timeout,
            call.caller(),
            (server, deadline) ->
                calls.ask(
                    server, call.call(), call.parameters(), call.trace(), deadline, call.caller()))
        .thenApply(replies -> best(call, replies));
  }

  private static Answer best(AcceptedCall call, FanOut.Replies replies) {
    if (!replies.succeeded().isEmpty()) {
      return relayed(replies.succeeded().get(0));
    }
    Optional<Reply.Said> objection =
        replies.refused().stream().filter(said -> !saysNotFound(said)).findFirst();
    if (objection.isPresent()) {
      return relayed(objection.get());
    }
    return replies.silent().isEmpty() && !replies.refused().isEmpty()
        ? relayed(replies.refused().get(0))
        : Answers.failed(call.call(), replies.error());
  }

  private static boolean saysNotFound(Reply.Said said) {
    return said.content().messageKey().equals(MessageKeys.NOT_FOUND);
  }

  private static Answer relayed(Reply.Said said) {
    return new Answer.Relay(
        said.server(), said.content().messageKey(), said.headers(), said.body());
  }
}
