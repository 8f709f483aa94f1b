package io.tinyscale.upstream;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyObserver;
import java.util.concurrent.atomic.AtomicBoolean;

/** A place taken in an {@link Allowance}; given back once, however often that is asked. */
public final class Place implements BodyObserver {

  private final Allowance allowance;
  private final AtomicBoolean free = new AtomicBoolean();

  /** A place that {@link Allowance#enter} gave. */
  public Place(Allowance allowance) {
    this.allowance = allowance;
  }

  /** Gives the place back. */
  public void giveBack() {
    if (free.compareAndSet(false, true)) {
      allowance.leave();
    }
  }

  /** The same body; the place is given back when it has been delivered, failed or was given up. */
  public Body until(Body body) {
    return body.observed(this);
  }

  @Override
  public void ended() {
    giveBack();
  }

  @Override
  public void failed(Throwable cause) {
    giveBack();
  }

  @Override
  public void givenUp() {
    giveBack();
  }
}
