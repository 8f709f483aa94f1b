package io.tinyscale.call;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyObserver;
import org.jspecify.annotations.Nullable;

/** A request's body on its way to a server, and what became of it. Thread-safe. */
public final class WatchedBody implements BodyObserver {

  private final Body original;
  private volatile boolean subscribed;
  private volatile @Nullable Throwable failure;

  /** Watches this body. */
  public WatchedBody(Body original) {
    this.original = original;
  }

  /** The body to send. */
  public Body body() {
    return original.bytes().isPresent() ? original : original.observed(this);
  }

  /** Whether the body can still be sent: it is in memory, or no reader has subscribed. */
  public boolean canBeSent() {
    return !subscribed;
  }

  /** Why the body ended early, if the caller's side is to blame. */
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void subscribed() {
    subscribed = true;
  }

  @Override
  public void failed(Throwable cause) {
    failure = cause;
  }
}
