package io.tinyscale.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code check}. */
@Command(
    name = "check",
    description = "Check the configuration and ask every server; the same as --check.",
    usageHelpWidth = 100)
final class CheckArguments {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this and exit.")
  boolean help;
}
