package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.Relay;
import io.tinyscale.placement.Placer;
import io.tinyscale.tenant.MeetingId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Calls that tinyscale does not know go where their parameters point, or else to the server whose
 * turn it is: a call of a new BBB release works on the day it is out.
 */
final class PassedHandler implements CallHandler {

  private final CallHandler meetings;
  private final CallHandler recordings;
  private final Placer placer;
  private final Relay relay;

  PassedHandler(CallHandler meetings, CallHandler recordings, Placer placer, Relay relay) {
    this.meetings = meetings;
    this.recordings = recordings;
    this.placer = placer;
    this.relay = relay;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    if (!call.givenMeetingId().isEmpty()) {
      return meetings.answer(call);
    }
    if (call.request().recordId().isPresent()) {
      return recordings.answer(call);
    }
    return placer
        .choose(call.placementRequest(MeetingId.NONE), List.of())
        .map(
            server ->
                relay.relay(call, server, relay.deadline(call)).thenApply(Relay.Relayed::answer))
        .orElseGet(
            () -> CompletableFuture.completedStage(Answers.failed(call.call(), ApiError.INTERNAL)));
  }
}
