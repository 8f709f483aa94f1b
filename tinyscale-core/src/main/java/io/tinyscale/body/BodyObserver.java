package io.tinyscale.body;

/** Is told what becomes of a body on its way; every method does nothing by default. */
public interface BodyObserver {

  /** Somebody has begun to read the body. */
  default void taken() {}

  /** All of it has been delivered. */
  default void ended() {}

  /** It failed; the reader is told, too. */
  default void failed(Throwable cause) {}

  /** Its reader wants no more of it; may come after its end. */
  default void givenUp() {}
}
