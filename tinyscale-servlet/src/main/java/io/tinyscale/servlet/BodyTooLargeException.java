package io.tinyscale.servlet;

import java.io.IOException;

/** The caller sent more than it may; reading has stopped. */
final class BodyTooLargeException extends IOException {

  private static final long serialVersionUID = 1L;

  BodyTooLargeException(long limit) {
    super("the body of the request is larger than " + limit + " bytes");
  }
}
