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

/**
 * Lets equal reads share one answer of the next handler. A call that may change a meeting makes
 * what was read about that meeting, and every list, void: before it is sent, and once it is
 * answered.
 */
final class Sharing implements CallHandler {

  private final CallHandler next;
  private final SharedReads reads;
  private final MeetingDirectory directory;

  Sharing(CallHandler next, SharedReads reads, MeetingDirectory directory) {
    this.next = next;
    this.reads = reads;
    this.directory = directory;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    if (call.call().readOnly()) {
      return reads.answer(key(call), () -> next.answer(call.forAll()));
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
