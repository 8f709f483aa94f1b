package io.tinyscale.launcher.cli;

import picocli.CommandLine.Option;

/** Explains a command. */
public final class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this and exit.")
  boolean help;
}
