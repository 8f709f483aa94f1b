package io.tinyscale.call;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.meeting.Location;
import io.tinyscale.server.Server;
import java.util.List;

/** Answers of our own: documents that no server wrote. */
public final class Answers {

  private static final String PARTIAL = "X-Tinyscale-Partial";

  private static final List<Header> NOT_CACHED = List.of(new Header("Cache-Control", "no-cache"));

  private Answers() {}

  /** An XML document. */
  public static Answer xml(byte[] document) {
    return new Answer.Document(ApiDocument.XML, NOT_CACHED, Body.of(document));
  }

  /** A JSON document. */
  public static Answer json(byte[] document) {
    return new Answer.Document(ApiDocument.JSON, NOT_CACHED, Body.of(document));
  }

  /** A FAILED answer that names the methods the call can be made with. */
  public static Answer methodNotAllowed(ApiCall call) {
    Header allow = new Header("Allow", call.readOnly() ? "GET, HEAD, POST" : "GET, POST");
    return new Answer.Document(
        ApiDocument.XML,
        List.of(NOT_CACHED.get(0), allow),
        Body.of(ApiDocument.failed(ApiError.UNSUPPORTED)),
        ApiError.UNSUPPORTED);
  }

  /** A FAILED answer in XML, after which the caller's connection is closed. */
  static Answer closing(ApiError error) {
    return new Answer.Document(
        ApiDocument.XML,
        List.of(NOT_CACHED.get(0), HttpAnswer.CLOSE),
        Body.of(ApiDocument.failed(error)),
        error);
  }

  /**
   * A list of all servers.
   *
   * @param missing how many servers' parts it lacks
   */
  public static Answer list(Body document, int missing) {
    return new Answer.Document(
        ApiDocument.XML,
        missing == 0
            ? NOT_CACHED
            : List.of(NOT_CACHED.get(0), new Header(PARTIAL, Integer.toString(missing))),
        document);
  }

  /** Why a call fails whose meeting may be where nobody could ask. */
  public static ApiError errorFor(Location.Unknown unknown) {
    return unknown.overloaded() ? ApiError.OVERLOADED : ApiError.INTERNAL;
  }

  /** A FAILED answer in the format that servers use for this call. */
  public static Answer failed(ApiCall call, ApiError error) {
    return call.answersJson()
        ? new Answer.Document(
            ApiDocument.JSON, NOT_CACHED, Body.of(ApiDocument.failedJson(error)), error)
        : failedXml(error);
  }

  /** A FAILED answer in the format that servers use for this call, because of this server. */
  public static Answer failed(ApiCall call, ApiError error, Server server) {
    return call.answersJson()
        ? new Answer.Document(
            ApiDocument.JSON, NOT_CACHED, Body.of(ApiDocument.failedJson(error)), error, server)
        : new Answer.Document(
            ApiDocument.XML, NOT_CACHED, Body.of(ApiDocument.failed(error)), error, server);
  }

  /** A FAILED answer in XML. */
  public static Answer failedXml(ApiError error) {
    return new Answer.Document(
        ApiDocument.XML, NOT_CACHED, Body.of(ApiDocument.failed(error)), error);
  }
}
