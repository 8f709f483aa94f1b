package io.tinyscale.body;

import java.io.IOException;

/** A body is longer than the limit it was read with. */
public final class BodyTooLargeException extends IOException {

  private final long limit;

  /** A body over this limit, in bytes. */
  public BodyTooLargeException(long limit) {
    super("the body is longer than " + limit + " bytes");
    this.limit = limit;
  }

  /** The limit in bytes. */
  public long limit() {
    return limit;
  }
}
