package io.tinyscale.call;

import io.tinyscale.bbb.ApiError;
import java.util.concurrent.CompletionStage;

/**
 * Answers the calls of one kind. It says what is wrong with their parameters, too. No handler knows
 * another one. Called from many threads at once; must not block.
 */
public interface CallHandler {

  /**
   * Answers one call.
   *
   * @return the answer; completed exceptionally by mistakes of our own alone
   */
  CompletionStage<Answer> answer(AcceptedCall call);

  /** How front ends expect to hear that such a call failed. */
  default Answer failed(AcceptedCall call, ApiError error) {
    return Answers.failed(call.call(), error);
  }
}
