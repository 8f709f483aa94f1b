package io.tinyscale.launcher.cli;

import java.util.List;
import picocli.CommandLine.Parameters;

/** The servers that a command is about. */
final class NamedServers {

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      completionCandidates = ServerNames.class,
      description = "The servers.")
  List<String> names = List.of();
}
