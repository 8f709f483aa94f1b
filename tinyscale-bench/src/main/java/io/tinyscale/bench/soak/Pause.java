package io.tinyscale.bench.soak;

import java.util.concurrent.TimeUnit;

/** Waits, as the users of front ends do. */
final class Pause {

  private Pause() {}

  static void millis(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
