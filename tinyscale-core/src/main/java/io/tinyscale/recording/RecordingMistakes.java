package io.tinyscale.recording;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.call.AcceptedCall;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server would say against the parameters of a call about recordings. tinyscale says it
 * itself, so that the answer does not depend on which servers are up.
 */
final class RecordingMistakes {

  private RecordingMistakes() {}

  static Optional<ApiError> in(AcceptedCall call) {
    if (call.call().equals(ApiCall.PUT_RECORDING_TEXT_TRACK)) {
      return Stream.of("recordID", "kind", "lang", "label")
          .filter(name -> isMissing(call, name))
          .findFirst()
          .map(ApiError::paramMissing);
    }
    if (isMissing(call, "recordID")) {
      return Optional.of(ApiError.RECORD_ID_MISSING);
    }
    return call.call().equals(ApiCall.PUBLISH_RECORDINGS) && isMissing(call, "publish")
        ? Optional.of(ApiError.PUBLISH_MISSING)
        : Optional.empty();
  }

  private static boolean isMissing(AcceptedCall call, String name) {
    return call.parameters().first(name).filter(value -> !value.isEmpty()).isEmpty();
  }
}
