package io.tinyscale.relay;

import java.net.UnknownHostException;

/** A callback must not go where its URL leads. The message says why, without the URL. */
final class RefusedException extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  RefusedException(String why) {
    super(why);
  }
}
