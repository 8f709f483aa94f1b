package io.tinyscale.bbb;

import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.trace.Crossing;
import io.tinyscale.trace.RequestTrace;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One call as a front end made it, read but not yet believed. Prints without its query, which holds
 * the checksum.
 *
 * @param method the HTTP method, upper case
 * @param call what is asked
 * @param query the raw query of the URL
 * @param crossing what of the request's head may cross to a server
 * @param contentType the media type of the body in lower case, without parameters; empty if none
 * @param body the body, not yet read
 * @param address where the connection comes from, for the log; empty if unknown; may be asked until
 *     the request is answered
 */
public record ApiRequest(
    String method,
    ApiCall call,
    QueryString query,
    Crossing crossing,
    String contentType,
    Body body,
    Supplier<String> address) {

  private static final Supplier<String> UNKNOWN = () -> "";

  /**
   * A request of a caller whose address is not known, with an id of our own.
   *
   * @param headers those header fields that may cross to a server
   */
  public ApiRequest(
      String method,
      ApiCall call,
      QueryString query,
      List<Header> headers,
      String contentType,
      Body body) {
    this(
        method,
        call,
        query,
        new Crossing(headers, RequestTrace.ofNewId()),
        contentType,
        body,
        UNKNOWN);
  }

  /** The same request with these parameters. */
  public ApiRequest withQuery(QueryString other) {
    return new ApiRequest(method, call, other, crossing, contentType, body, address);
  }

  /** The same request with this body. */
  public ApiRequest withBody(Body other) {
    return new ApiRequest(method, call, query, crossing, contentType, other, address);
  }

  /** The request's id, and the trace that it is part of. */
  public RequestTrace trace() {
    return crossing.trace();
  }

  /** The meeting the call is about, if it names one; servers ignore blanks around the id, too. */
  public Optional<String> meetingId() {
    return query.first("meetingID").map(String::trim).filter(id -> !id.isEmpty());
  }

  /** The recording, or list of recordings, the call is about, if it names one. */
  public Optional<String> recordId() {
    return query.first("recordID").filter(id -> !id.isEmpty());
  }

  @Override
  public String toString() {
    return method + " " + call.name();
  }
}
