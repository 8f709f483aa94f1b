package io.tinyscale.launcher.cli;

/** The variables that the process itself is started with. */
enum ProcessVariable {
  /** The port of the calls. */
  PORT("the port that tinyscale listens on", "3005"),
  /** Which Java. */
  JAVA_HOME(
      "the folder of the Java that runs tinyscale; without it the program java of the path", ""),
  /** Options of the JVM. */
  JAVA_OPTS("options of the Java that runs the service, separated by blanks, such as -Xmx512m", "");

  private final String meaning;
  private final String usual;

  ProcessVariable(String meaning, String usual) {
    this.meaning = meaning;
    this.usual = usual;
  }

  /** What it gives. */
  String meaning() {
    return meaning;
  }

  /** What counts without it; empty if nothing. */
  String usual() {
    return usual;
  }
}
