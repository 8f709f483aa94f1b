package io.tinyscale.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where a body's bytes are fetched from, piece by piece, when its reader wants them. Called by one
 * thread after the other.
 */
public interface PieceSource {

  /**
   * The next bytes, not empty; the buffer belongs to the caller from then on. Nothing at the end.
   */
  Optional<ByteBuffer> next() throws IOException;

  /** Lets go of what holds the bytes; called once, at the end or when nobody wants the rest. */
  void close();
}
