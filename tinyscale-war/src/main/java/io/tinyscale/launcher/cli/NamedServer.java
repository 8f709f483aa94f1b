package io.tinyscale.launcher.cli;

import picocli.CommandLine.Parameters;

/** The server that a command is about. */
final class NamedServer {

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      completionCandidates = ServerNames.class,
      description = "The server.")
  private String name = "";

  /** The name as it was typed. */
  String name() {
    return name;
  }

  /** The name, safe for a terminal. */
  String shown() {
    return Fields.printable(name);
  }

  /** The path of the server, or of something of it. */
  String path(String rest) {
    return AdminClient.server(name, rest);
  }
}
