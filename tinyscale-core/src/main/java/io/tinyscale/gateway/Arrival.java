package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyObserver;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.observe.GatewayObserver;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the gateway: since when, how much of its body has come, and who
 * makes it. One thread at a time delivers the body; any thread may ask.
 */
final class Arrival implements BodyObserver {

  private final ApiRequest request;
  private final long begun;
  private final GatewayObserver observer;
  private volatile long received;
  private volatile @Nullable AcceptedCall accepted;

  /**
   * A request whose head is there.
   *
   * @param begun now, on the clock's scale
   * @param observer is told how many bytes of the body came
   */
  Arrival(ApiRequest request, long begun, GatewayObserver observer) {
    this.request = request;
    this.begun = begun;
    this.observer = observer;
  }

  /** The request, the bytes of whose body are counted here. */
  ApiRequest counted() {
    Body body = request.body();
    if (body.isEmpty()) {
      return request;
    }
    if (body.bytes().isPresent()) {
      count(body.length());
      return request;
    }
    return request.withBody(body.observed(this));
  }

  /** The call is let in. */
  void accepted(AcceptedCall call) {
    accepted = call;
  }

  ApiRequest request() {
    return request;
  }

  /** When the head was there, on the clock's scale. */
  long begun() {
    return begun;
  }

  /** How many bytes of the body have come. */
  long received() {
    return received;
  }

  /** The name of the tenant; empty if the call was not let in. */
  String tenant() {
    AcceptedCall call = accepted;
    return call == null ? "" : call.tenant().name();
  }

  /** The meeting that the call is about; empty if there is none, or the call was not let in. */
  String meetingId() {
    AcceptedCall call = accepted;
    return call == null ? "" : call.givenMeetingId();
  }

  @Override
  public void delivering(int bytes) {
    count(bytes);
  }

  private void count(long bytes) {
    received = received + bytes;
    observer.bodyReceived(bytes);
  }
}
