package io.tinyscale.bench.engine;

import java.nio.file.Path;

/** The Java that runs this program. */
public final class Java {

  private Java() {}

  /** Its launcher. */
  public static Path own() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
