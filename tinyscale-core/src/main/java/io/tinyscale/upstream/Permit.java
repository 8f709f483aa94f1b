package io.tinyscale.upstream;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyObserver;
import java.util.concurrent.atomic.AtomicBoolean;

/** A permit taken from a {@link CallLimit}; goes back once, however often it is given back. */
public final class Permit implements BodyObserver {

  private final CallLimit limit;
  private final AtomicBoolean free = new AtomicBoolean();

  /** A permit that {@link CallLimit#enter} gave. */
  public Permit(CallLimit limit) {
    this.limit = limit;
  }

  /**
   * Gives the permit back.
   *
   * @return whether it was taken until now
   */
  public boolean giveBack() {
    boolean wasTaken = free.compareAndSet(false, true);
    if (wasTaken) {
      limit.leave();
    }
    return wasTaken;
  }

  /** The same body; the permit goes back when the body was delivered, failed or was cancelled. */
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
  public void cancelled() {
    giveBack();
  }
}
