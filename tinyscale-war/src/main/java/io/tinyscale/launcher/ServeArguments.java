package io.tinyscale.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@code serve}. */
@Command(
    name = "serve",
    description = "Start the load balancer; the same as no command at all.",
    sortOptions = false,
    usageHelpWidth = 100)
final class ServeArguments {

  @Mixin ListenOptions listen = new ListenOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this and exit.")
  boolean help;
}
