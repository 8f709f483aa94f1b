package io.tinyscale.bench.engine;

import java.io.IOException;

/** Ends a child process when the process that started it is gone, however that ended. */
public final class ParentWatch {

  private ParentWatch() {}

  /** Exits as soon as the standard input, which is a pipe from the parent, ends. */
  public static void exitWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is ever said.
                }
              } catch (IOException e) {
                // The pipe broke: the same as its end.
              }
              Runtime.getRuntime().halt(0);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
