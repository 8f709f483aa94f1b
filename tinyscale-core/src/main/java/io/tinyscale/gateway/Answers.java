package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import java.util.List;

/** Our own answers. */
final class Answers {

  private static final List<Header> NOT_CACHED = List.of(new Header("Cache-Control", "no-cache"));

  private Answers() {}

  static Answer xml(byte[] document) {
    return new Answer.Document(ApiDocument.XML, NOT_CACHED, Body.of(document));
  }

  static Answer json(byte[] document) {
    return new Answer.Document(ApiDocument.JSON, NOT_CACHED, Body.of(document));
  }

  /** A FAILED answer in the format that servers use for this call. */
  static Answer failed(ApiCall call, ApiError error) {
    return call.answersJson()
        ? json(ApiDocument.failedJson(error))
        : xml(ApiDocument.failed(error));
  }
}
