package io.tinyscale.gateway;

import io.tinyscale.body.Body;
import io.tinyscale.body.Stages;
import io.tinyscale.call.Answer;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.server.Server;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What follows a create whose server has the meeting, if balancers have not agreed on that server:
 * another balancer may have made the meeting elsewhere at the same time. Then the answer is that of
 * the copy that calls go to. Thread-safe.
 */
final class CreateConfirmation {

  private final MeetingDirectory directory;
  private final CreateGate gate;
  private final CreateExchange exchange;

  CreateConfirmation(MeetingDirectory directory, CreateGate gate, CreateExchange exchange) {
    this.directory = directory;
    this.gate = gate;
    this.exchange = exchange;
  }

  /**
   * The answer to a create whose server has the meeting.
   *
   * @param hasTurn whether the other creates of the meeting wait for this one
   */
  CompletionStage<Answer> answer(PendingCreate create, CreateOutcome.Held held, boolean hasTurn) {
    if (!directory.isShared()) {
      return completed(held.answer());
    }
    if (!held.isMade()) {
      return hasTurn ? completed(held.answer()) : onceSettled(create, held);
    }
    // Without its turn: the meeting had ended, and until the next one is confirmed, it is open
    // where that lives.
    return hasTurn ? confirmed(create, held) : inTurn(create, () -> confirmed(create, held));
  }

  private CompletionStage<Answer> confirmed(PendingCreate create, CreateOutcome.Held held) {
    return directory
        .confirm(create.meetingId(), held.server(), create.deadline())
        .thenCompose(
            kept ->
                kept.equals(held.server())
                    ? completed(held.answer())
                    : yieldTo(create, kept, true));
  }

  private CompletionStage<Answer> inTurn(
      PendingCreate create, Supplier<CompletionStage<Answer>> step) {
    return gate.enter(create.meetingId())
        .thenCompose(
            turn -> {
              turn.makes();
              return Stages.started(step).whenComplete((answer, bug) -> turn.end());
            });
  }

  /** Another create may have made the meeting just now, and may be about to yield. */
  private CompletionStage<Answer> onceSettled(PendingCreate create, CreateOutcome.Held held) {
    return gate.settled(create.meetingId())
        .map(settled -> settled.thenCompose(now -> asRemembered(create, held)))
        .orElseGet(() -> completed(held.answer()));
  }

  private CompletionStage<Answer> asRemembered(PendingCreate create, CreateOutcome.Held held) {
    return directory
        .remembered(create.meetingId())
        .filter(kept -> !kept.equals(held.server()) && create.mayReturn())
        .map(kept -> yieldTo(create, kept, false))
        .orElseGet(() -> completed(held.answer()));
  }

  /**
   * Answers from the copy that another balancer made on this server. The server has the meeting, so
   * it needs no body, which may have been used up.
   */
  private CompletionStage<Answer> yieldTo(PendingCreate create, Server kept, boolean hasTurn) {
    return exchange
        .send(create, directory.held(create.meetingId(), kept), Body.EMPTY)
        .thenCompose(
            outcome ->
                outcome.fold(
                    notSent -> completed(notSent.answer()),
                    held -> answer(create, held, hasTurn),
                    failed -> completed(failed.answer())));
  }

  private static CompletionStage<Answer> completed(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
