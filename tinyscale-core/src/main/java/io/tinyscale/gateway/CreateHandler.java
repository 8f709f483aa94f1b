package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.CallLimits;
import io.tinyscale.call.Relay;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.gateway.CreateGate.Turn;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.meeting.Placement;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.Placer;
import io.tinyscale.store.Claims;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.ServerCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/**
 * The call that makes meetings, and the one that could make two of one. A create goes to the server
 * that holds its meeting. If no server does, the meeting is placed: one create at a time per
 * meetingID, the directory told before anything is sent, and never a second server while the first
 * may have acted.
 */
final class CreateHandler implements CallHandler {

  private final MeetingDirectory directory;
  private final ServerCalls calls;
  private final Relay relay;
  private final CallLimits limits;
  private final CreateGate gate;
  private final CallbackUrls callbackUrls;
  private final Claims claims;
  private final Destinations destinations;
  private final CreateExchange exchange;
  private final CreateConfirmation confirmation;

  CreateHandler(
      MeetingDirectory directory,
      Placer placer,
      ServerCalls calls,
      Relay relay,
      CallLimits limits,
      GatewayObserver observer,
      CreateGate gate,
      CallbackUrls callbackUrls,
      Claims claims) {
    this.directory = directory;
    this.calls = calls;
    this.relay = relay;
    this.limits = limits;
    this.gate = gate;
    this.callbackUrls = callbackUrls;
    this.claims = claims;
    this.destinations = new Destinations(directory, placer, claims);
    this.exchange = new CreateExchange(directory, calls, relay, limits, observer);
    this.confirmation = new CreateConfirmation(directory, gate, exchange);
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    PendingCreate create = pending(call);
    CompletableFuture<Answer> decided = inTurn(create).toCompletableFuture();
    if (decided.isDone()) {
      return decided;
    }
    CompletableFuture<Answer> tooLate = new CompletableFuture<>();
    Future<?> alarm =
        calls.at(
            create.deadline(),
            () -> {
              if (create.departure().giveUp()) {
                tooLate.complete(create.failed(ApiError.INTERNAL));
              }
            });
    decided.whenComplete((answer, bug) -> alarm.cancel(false));
    return tooLate.applyToEither(decided, answer -> answer);
  }

  private PendingCreate pending(AcceptedCall call) {
    Deadline deadline = relay.deadline(call);
    return new PendingCreate(
        call,
        call.attempt().withParameters(callbackUrls.inCreate(call.tenant(), call.parameters())),
        directory.idOf(call.givenMeetingId()),
        deadline,
        calls.in(limits.answer()).earlier(deadline),
        calls.nanoClock());
  }

  private CompletionStage<Answer> inTurn(PendingCreate create) {
    return gate.enter(create.meetingId()).thenCompose(turn -> decide(create, turn));
  }

  /** Finds out where the create goes, and sends it; the turn ends as soon as that is settled. */
  private CompletionStage<Answer> decide(PendingCreate create, Turn turn) {
    if (create.isAbandoned()) {
      turn.end();
      return refused(create, ApiError.INTERNAL);
    }
    return CompletableFuture.completedStage(create)
        .thenCompose(destinations::of)
        .thenCompose(destination -> go(create, destination, turn))
        .whenComplete((answer, bug) -> turn.end());
  }

  private CompletionStage<Answer> go(PendingCreate create, Destination destination, Turn turn) {
    return destination.fold(
        placed -> send(create, placed, turn), refused -> refused(create, refused.error()));
  }

  /** Sends the create. Only if the meeting is new there, the turn lasts until the answer. */
  private CompletionStage<Answer> send(PendingCreate create, Destination.Placed placed, Turn turn) {
    Placement placement = placed.placement();
    boolean hasTurn = placement.isNew();
    if (!hasTurn) {
      turn.end();
    } else if (!placed.sure() && directory.isShared()) {
      turn.makes();
    }
    if (!create.departure().leave()) {
      placement.failed();
      return refused(create, ApiError.INTERNAL);
    }
    Runnable keeping = keeping(create, placed);
    return exchange
        .send(create, placement, create.body().body())
        .whenComplete((outcome, bug) -> keeping.run())
        .thenCompose(
            outcome ->
                outcome.fold(
                    notSent -> notSent(create, placed, notSent, turn),
                    held ->
                        placed.sure()
                            ? completed(held.answer())
                            : confirmation.answer(create, held, hasTurn),
                    failed -> completed(failed.answer())));
  }

  /** Keeps the claim while an upload is on its way, which may take longer than claims stand. */
  private Runnable keeping(PendingCreate create, Destination.Placed placed) {
    return placed.sure() && !create.call().body().isEmpty()
        ? claims.keep(create.meetingId(), placed.placement().server())
        : () -> {};
  }

  private CompletionStage<Answer> notSent(
      PendingCreate create, Destination.Placed placed, CreateOutcome.NotSent notSent, Turn turn) {
    Placement placement = placed.placement();
    if (placed.bound() || !create.canBeSentAgain()) {
      return completed(notSent.answer());
    }
    if (placement.isNew()) {
      return destinations
          .insteadOf(create, placement.server())
          .thenCompose(destination -> go(create, destination, turn));
    }
    // The server held the meeting, and nothing was sent: it is asked until it answers or is gone.
    return !notSent.byUs() && create.mayReturn() && create.departure().comeBack()
        ? inTurn(create)
        : completed(notSent.answer());
  }

  private static CompletionStage<Answer> refused(PendingCreate create, ApiError error) {
    return completed(create.failed(error));
  }

  private static CompletionStage<Answer> completed(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
