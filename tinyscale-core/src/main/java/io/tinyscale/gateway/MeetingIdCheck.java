package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallHandler;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** Lets no call through whose meetingID no meeting can have (BBB docs, API, "create"). */
final class MeetingIdCheck implements CallHandler {

  private static final int SHORTEST = 2;
  private static final int LONGEST = 256;

  private final CallHandler next;
  private final BiFunction<AcceptedCall, ApiError, CompletionStage<Answer>> refusal;

  /**
   * Hands calls with a possible id to the next handler.
   *
   * @param refusal answers the others
   */
  MeetingIdCheck(
      CallHandler next, BiFunction<AcceptedCall, ApiError, CompletionStage<Answer>> refusal) {
    this.next = next;
    this.refusal = refusal;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    Optional<ApiError> mistake = mistakeIn(call.givenMeetingId());
    return mistake.isPresent() ? refusal.apply(call, mistake.get()) : next.answer(call);
  }

  @Override
  public Answer failed(AcceptedCall call, ApiError error) {
    return next.failed(call, error);
  }

  private static Optional<ApiError> mistakeIn(String meetingId) {
    if (meetingId.isEmpty()) {
      return Optional.of(ApiError.MEETING_ID_MISSING);
    }
    if (meetingId.length() < SHORTEST || meetingId.length() > LONGEST) {
      return Optional.of(ApiError.MEETING_ID_SIZE);
    }
    return meetingId.indexOf(',') >= 0 ? Optional.of(ApiError.MEETING_ID_COMMA) : Optional.empty();
  }
}
