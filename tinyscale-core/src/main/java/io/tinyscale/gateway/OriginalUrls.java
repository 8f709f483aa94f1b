package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallHandler;
import io.tinyscale.callback.CallbackUrls;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Shows front ends their own callback URLs in the servers' answers of the next handler, also in
 * those that say FAILED: in the answers to a create and to getMeetingInfo, and in every XML answer
 * to a call that tinyscale does not know. The lists have their own way; no other answer holds such
 * URLs.
 */
final class OriginalUrls implements CallHandler {

  private static final Set<ApiCall> CALLS = Set.of(ApiCall.CREATE, ApiCall.GET_MEETING_INFO);

  private final CallHandler next;
  private final CallbackUrls urls;

  private OriginalUrls(CallHandler next, CallbackUrls urls) {
    this.next = next;
    this.urls = urls;
  }

  /** The handler itself if servers know the original URLs. */
  static CallHandler in(CallHandler handler, CallbackUrls urls) {
    return urls.areRelayed() ? new OriginalUrls(handler, urls) : handler;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall call) {
    CompletionStage<Answer> answer = next.answer(call);
    boolean isUnknown = call.call().scope() == CallScope.PASSED;
    return isUnknown || CALLS.contains(call.call())
        ? answer.thenApply(given -> original(given, isUnknown))
        : answer;
  }

  private Answer original(Answer answer, boolean onlyXml) {
    return answer instanceof Answer.Relay relay && (!onlyXml || isXml(relay))
        ? relay.with(urls.inAnswer(relay.body()))
        : answer;
  }

  private static boolean isXml(Answer.Relay answer) {
    return answer.headers().stream()
        .anyMatch(
            header ->
                header.is("Content-Type")
                    && header.value().toLowerCase(Locale.ROOT).contains("xml"));
  }

  @Override
  public Answer failed(AcceptedCall call, ApiError error) {
    return next.failed(call, error);
  }
}
