package io.tinyscale.bench.engine;

import java.io.IOException;

/** Ends a child process when its parent process has ended, for whatever reason. */
public final class ParentWatch {

  private ParentWatch() {}

  /** Exits when the standard input, a pipe from the parent, ends. */
  public static void exitWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // The parent never writes anything.
                }
              } catch (IOException e) {
                // A broken pipe means the same as its end.
              }
              Runtime.getRuntime().halt(0);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
