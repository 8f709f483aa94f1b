package io.tinyscale.body;

import java.io.IOException;

/** A body was not read on, because other bodies hold all the memory there is for such bodies. */
public final class NoRoomException extends IOException {

  private static final long serialVersionUID = 1L;

  NoRoomException() {
    super("other bodies hold all the memory there is for such bodies");
  }
}
