package io.tinyscale.gateway;

import io.tinyscale.body.BodyObserver;
import io.tinyscale.observe.GatewayObserver;

/** Tells how many bytes of a call's body came. One thread at a time delivers them. */
final class Receiving implements BodyObserver {

  private final GatewayObserver observer;

  Receiving(GatewayObserver observer) {
    this.observer = observer;
  }

  @Override
  public void delivering(int bytes) {
    observer.bodyReceived(bytes);
  }
}
