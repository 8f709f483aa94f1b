package io.tinyscale.launcher;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = "java -jar tinyscale.war",
    description = "A load balancer for BigBlueButton.",
    sortOptions = false,
    usageHelpWidth = 100)
final class Arguments {

  @Option(
      names = "--demo",
      description = "Start two simulated servers and balance them; needs no configuration.")
  boolean demo;

  @Option(
      names = "--check",
      description = "Check the configuration and ask every server, then exit with 0, 2 or 3.")
  boolean check;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Listen on this port instead of the environment's PORT or 3005; 0 takes a free one.")
  @Nullable String port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Listen on this name or address only, instead of all; --demo listens on 127.0.0.1.")
  @Nullable String host;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  boolean version;
}
