package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.body.Body;
import io.tinyscale.body.Stages;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallLimits;
import io.tinyscale.call.Relay;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.meeting.Placement;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.upstream.Attempted;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends creates to servers, reads what the servers say, and tells the placements, the directory and
 * the observer. Thread-safe.
 */
final class CreateExchange {

  private final MeetingDirectory directory;
  private final ServerCalls calls;
  private final Relay relay;
  private final CallLimits limits;
  private final GatewayObserver observer;

  CreateExchange(
      MeetingDirectory directory,
      ServerCalls calls,
      Relay relay,
      CallLimits limits,
      GatewayObserver observer) {
    this.directory = directory;
    this.calls = calls;
    this.relay = relay;
    this.limits = limits;
    this.observer = observer;
  }

  /**
   * Sends a create to the server of a placement.
   *
   * @param placement is told what became of the create; if that fails, that nobody knows
   * @param body the create's, or none if the server is known to have the meeting
   */
  CompletionStage<CreateOutcome> send(PendingCreate create, Placement placement, Body body) {
    return Stages.started(
            () -> relay.send(create.attempt(), body, placement.server(), create.deadline()))
        .thenCompose(attempted -> outcome(create, placement, attempted))
        .whenComplete(
            (outcome, bug) -> {
              if (bug != null) {
                placement.unknown();
              }
            });
  }

  private CompletionStage<CreateOutcome> outcome(
      PendingCreate create, Placement placement, Attempted attempted) {
    return attempted.outcome().mayTryAnotherServer(create.call().call())
        ? CompletableFuture.completedStage(notSent(create, placement, attempted))
        : read(create, attempted).thenApply(reply -> sent(create, placement, reply));
  }

  private CreateOutcome notSent(PendingCreate create, Placement placement, Attempted attempted) {
    placement.failed();
    if (attempted.outcome() instanceof Outcome.Overloaded) {
      create.metOverload(true);
      return new CreateOutcome.NotSent(
          true, Answers.failed(create.call().call(), ApiError.OVERLOADED, attempted.server()));
    }
    return new CreateOutcome.NotSent(false, unanswered(create, placement, attempted.cause()));
  }

  private CompletionStage<Reply> read(PendingCreate create, Attempted attempted) {
    Deadline reading = calls.in(limits.answer());
    return calls.read(
        attempted,
        create.call().body().isEmpty() ? reading.earlier(create.deadline()) : reading,
        create.attempt().caller());
  }

  private CreateOutcome sent(PendingCreate create, Placement placement, Reply reply) {
    return reply.fold(
        said -> said(create, placement, said),
        nothing -> nothing(create, placement, nothing),
        () -> unknown(create, placement, ""),
        () -> {
          placement.failed();
          return new CreateOutcome.Failed(create.failed(ApiError.INTERNAL));
        });
  }

  private CreateOutcome nothing(PendingCreate create, Placement placement, Reply.Nothing reply) {
    if (!reply.failed()) {
      return unknown(create, placement, reply.cause());
    }
    // The server acts no more: if it then denies the meeting, the meeting is made elsewhere.
    placement.erred();
    return new CreateOutcome.Failed(unanswered(create, placement, reply.cause()));
  }

  /**
   * The server may have made the meeting, or the next one if the last has just ended. Whoever
   * repeats the create must get there again.
   */
  private CreateOutcome unknown(PendingCreate create, Placement placement, String cause) {
    placement.unknown();
    return new CreateOutcome.Failed(unanswered(create, placement, cause));
  }

  private Answer unanswered(PendingCreate create, Placement placement, String cause) {
    return relay.failed(create.call(), create.body(), placement.server(), cause).answer();
  }

  private CreateOutcome said(PendingCreate create, Placement placement, Reply.Said said) {
    String messageKey = said.content().messageKey();
    Answer answer = new Answer.Relay(said.server(), messageKey, said.headers(), said.body());
    if (said.content().succeeded()) {
      made(create, placement, said.content().text("internalMeetingID"));
      // Otherwise the meeting was there before.
      boolean isMade = messageKey.isEmpty();
      if (isMade) {
        directory.made(create.meetingId(), placement.server());
      }
      return new CreateOutcome.Held(placement.server(), isMade, answer);
    }
    if (messageKey.equals(MessageKeys.ID_NOT_UNIQUE)) {
      placement.made("");
    } else {
      placement.failed();
    }
    return new CreateOutcome.Failed(answer);
  }

  private void made(PendingCreate create, Placement placement, String internalId) {
    if (placement.isNew()) {
      observer.meetingPlaced(create.meetingId(), placement.server());
    }
    placement.made(internalId);
  }
}
