package io.tinyscale.bench.engine;

import java.io.IOException;

/** A proxy between front ends and servers that can be measured. */
public interface Engine {

  /** The name in reports and on the command line. */
  String name();

  /** Starts the engine and returns when it listens. */
  RunningEngine start(Setup setup) throws IOException, InterruptedException;
}
