package io.tinyscale.bench.engine;

import java.io.IOException;

/** Something that stands between front ends and servers, and can be measured. */
public interface Engine {

  /** What reports and the command line call it. */
  String name();

  /** Starts it; it listens when this returns. */
  RunningEngine start(Setup setup) throws IOException, InterruptedException;
}
