package io.tinyscale.call;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.trace.Crossing;
import io.tinyscale.trace.RequestTrace;
import java.util.Optional;

/**
 * A call whose checksum holds.
 *
 * @param request the call; its query holds the covered parameters and no checksum, its body is what
 *     goes to a server
 * @param tenant who makes it
 * @param caller is cancelled when nobody waits for the answer any more
 * @param givenMeetingId the id of the meeting as the front end wrote it, external or internal;
 *     empty if the call names no meeting
 */
public record AcceptedCall(
    ApiRequest request, Tenant tenant, Cancellation caller, String givenMeetingId) {

  /** A call whose meeting is read from its parameters, once: several steps ask for it. */
  public AcceptedCall(ApiRequest request, Tenant tenant, Cancellation caller) {
    this(request, tenant, caller, request.meetingId().orElse(""));
  }

  /** What is asked. */
  public ApiCall call() {
    return request.call();
  }

  /** The parameters that the checksum covers, without it. */
  public QueryString parameters() {
    return request.query();
  }

  /** What may cross to a server of the head of the request. */
  public Crossing crossing() {
    return request.crossing();
  }

  /** The request's id, and the trace that it is part of. */
  public RequestTrace trace() {
    return request.trace();
  }

  /** What goes to a server as the body. */
  public Body body() {
    return request.body();
  }

  /** Whether the call can go to a second server: its body, if there is one, is kept. */
  public boolean isRepeatable() {
    return body().isEmpty() || body().bytes().isPresent();
  }

  /**
   * The parent of the breakout room that a create makes, as the front end wrote it, external or
   * internal (BBB docs, API, "create"); empty for any other meeting.
   */
  public Optional<String> parentMeetingId() {
    return parameters()
        .first("isBreakout")
        .filter(value -> value.trim().equalsIgnoreCase("true"))
        .flatMap(value -> parameters().first("parentMeetingID"))
        .map(String::trim)
        .filter(id -> !id.isEmpty());
  }

  /**
   * What a placement policy may know of the call.
   *
   * @param meetingId {@link MeetingId#NONE} if the call is about no meeting
   */
  public PlacementRequest placementRequest(MeetingId meetingId) {
    return new PlacementRequest(call(), meetingId, tenant.name(), parameters());
  }

  /** The same call, whose attempts can be ended although the caller still waits. */
  public AcceptedCall attempt() {
    return new AcceptedCall(request, tenant, caller.child(), givenMeetingId);
  }

  /** The same call with other parameters for the server; it is still about the same meeting. */
  public AcceptedCall withParameters(QueryString other) {
    return other.equals(parameters())
        ? this
        : new AcceptedCall(request.withQuery(other), tenant, caller, givenMeetingId);
  }

  /** The same call for whoever waits for it: no single caller's departure ends it. */
  public AcceptedCall forAll() {
    return new AcceptedCall(request, tenant, new Cancellation(), givenMeetingId);
  }
}
