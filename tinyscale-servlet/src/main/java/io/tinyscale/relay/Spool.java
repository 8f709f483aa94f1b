package io.tinyscale.relay;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Keeps callbacks until they are delivered. Thread-safe; may block. */
interface Spool extends AutoCloseable {

  /** A callback and its body. */
  record Kept(Callback callback, Content body) {}

  /** What was kept before the start. */
  List<Waiting> waiting();

  /**
   * Keeps a callback. When this returns, it is as safe as this spool can make it.
   *
   * @param next when it is sent, in milliseconds of the day's clock
   * @throws IOException if it is not kept, because there is no room or the disk failed
   */
  Waiting keep(Callback callback, byte[] body, long next) throws IOException;

  /**
   * What was kept.
   *
   * @throws NoSuchFileException if it is gone
   * @throws MalformedFileException if it is no callback any more
   * @throws IOException if it cannot be read now, but perhaps later
   */
  Kept read(Waiting waiting) throws IOException;

  /**
   * Notes that a try was in vain.
   *
   * @param next when the callback is sent again
   * @return what waits now
   * @throws IOException if that could not be noted; the callback is still kept as before
   */
  Waiting postpone(Waiting waiting, long next) throws IOException;

  /**
   * Forgets a callback that is done.
   *
   * @throws IOException if it could not be forgotten; it may be sent again after a restart
   */
  void remove(Waiting waiting) throws IOException;

  /** Puts a callback aside that can never be read; it does not wait any more. */
  void putAside(Waiting waiting);

  /** Lets go of the spool; what waits stays kept. */
  @Override
  void close();
}
