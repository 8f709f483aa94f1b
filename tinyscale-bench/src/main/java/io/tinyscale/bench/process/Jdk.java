package io.tinyscale.bench.process;

import java.nio.file.Path;

/** The JDK that runs this program. */
public final class Jdk {

  private Jdk() {}

  /** One of its programs, such as {@code java} or {@code jcmd}. */
  public static Path program(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name);
  }
}
