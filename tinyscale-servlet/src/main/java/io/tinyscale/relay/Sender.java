package io.tinyscale.relay;

import java.util.concurrent.CompletionStage;

/** Sends requests to front ends. Called from many threads at once; must not block. */
interface Sender extends AutoCloseable {

  /**
   * Sends a request once, without following a redirect.
   *
   * @return never completed exceptionally
   */
  CompletionStage<Sent> send(Message message);

  /** Gives up what is under way. */
  @Override
  void close();
}
