package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallHandler;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.tenant.MeetingId;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Lets equal reads share one answer of the next handler. A call that may change a meeting makes
 * what was read about that meeting, and every list, void: before it is sent, and once it is
 * answered.
 */
final class Sharing implements CallHandler {

  private final CallHandler next;
  private final SharedReads reads;
  private final MeetingDirectory directory;
  private final BiConsumer<AcceptedCall, Answer> shared;

  Sharing(CallHandler next, SharedReads reads, MeetingDirectory directory) {
    this(next, reads, directory, (call, answer) -> {});
  }

  /**
   * Shares the answers of a handler that counts calls.
   *
   * @param shared is told of each call that the handler does not see, with the answer it gets
   */
  Sharing(
      CallHandler next,
      SharedReads reads,
      MeetingDirectory directory,
      BiConsumer<AcceptedCall, Answer> shared) {
    this.next = next;
    this.shared = shared;
    this.reads = reads;
    this.directory = directory;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    if (call.call().readOnly()) {
      MeetingId meetingId = meetingOf(call);
      if (directory.isChangedElsewhere(meetingId)) {
        reads.invalidate(meetingId);
      }
      return reads.answer(
          key(call),
          new SharedReads.Sharer() {
            @Override
            public CompletionStage<Answer> ask() {
              return next.answer(call.forAll());
            }

            @Override
            public void shares(Answer answer) {
              shared.accept(call, answer);
            }
          });
    }
    invalidate(call);
    return next.answer(call).whenComplete((answer, bug) -> invalidate(call));
  }

  @Override
  public Answer failed(AcceptedCall call, ApiError error) {
    return next.failed(call, error);
  }

  private SharedReads.Key key(AcceptedCall call) {
    return new SharedReads.Key(
        call.tenant().name(), call.call().name(), call.parameters().raw(), meetingOf(call));
  }

  /** Asks the directory each time: a call by an internal id may be how it learns the meeting. */
  private void invalidate(AcceptedCall call) {
    if (call.call().equals(ApiCall.JOIN)) {
      reads.invalidateByJoin(meetingOf(call));
    } else {
      reads.invalidate(meetingOf(call));
    }
  }

  private MeetingId meetingOf(AcceptedCall call) {
    CallScope scope = call.call().scope();
    return scope == CallScope.MERGED || scope == CallScope.BROADCAST
        ? SharedReads.LISTS
        : directory.idOf(call.givenMeetingId());
  }
}
