package io.tinyscale.body;

/** Is told what becomes of a body on its way; every method does nothing by default. */
public interface BodyObserver {

  /** A reader has subscribed to the body. */
  default void subscribed() {}

  /** So many bytes of it are about to be delivered. */
  default void delivering(int bytes) {}

  /** All of it has been delivered. */
  default void ended() {}

  /** The body failed; its reader is told, too. */
  default void failed(Throwable cause) {}

  /** The reader has cancelled; may come after the end. */
  default void cancelled() {}
}
