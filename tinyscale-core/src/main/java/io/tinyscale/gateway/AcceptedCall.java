package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.Tenant;
import java.util.List;

/**
 * A call whose checksum holds.
 *
 * @param request the call; its query holds the covered parameters and no checksum, its body is what
 *     goes to a server
 * @param tenant who makes it
 * @param caller comes when nobody waits for the answer any more
 */
record AcceptedCall(ApiRequest request, Tenant tenant, Cancellation caller) {

  ApiCall call() {
    return request.call();
  }

  QueryString parameters() {
    return request.query();
  }

  List<Header> headers() {
    return request.headers();
  }

  Body body() {
    return request.body();
  }

  /**
   * What a placement policy may know of the call.
   *
   * @param meetingId {@link MeetingId#NONE} if the call is about no meeting
   */
  PlacementRequest placementRequest(MeetingId meetingId) {
    return new PlacementRequest(call(), meetingId, tenant.name(), parameters());
  }

  /** The same call, whose attempts can be ended although the caller still waits. */
  AcceptedCall attempt() {
    return new AcceptedCall(request, tenant, caller.child());
  }

  /** The same call for whoever waits for it: no single caller's departure ends it. */
  AcceptedCall forAll() {
    return new AcceptedCall(request, tenant, new Cancellation());
  }
}
