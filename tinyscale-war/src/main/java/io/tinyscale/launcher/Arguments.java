package io.tinyscale.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = Arguments.PROGRAM,
    description = "A load balancer for BigBlueButton.",
    sortOptions = false,
    usageHelpWidth = 100)
final class Arguments {

  static final String PROGRAM = "java -jar tinyscale.war";

  @Option(
      names = "--demo",
      description =
          "Start three simulated servers, balance them, and let a simulated school meet there;"
              + " needs no configuration.")
  boolean demo;

  @Option(
      names = "--quiet",
      description = "With --demo: two servers and no school, for calls of your own.")
  boolean quiet;

  @Option(
      names = "--check",
      description = "Check the configuration and ask every server, then exit with 0, 2 or 3.")
  boolean check;

  @Option(
      names = "--warm-up",
      hidden = true,
      description =
          "Start the demo on free ports, use each of its parts once, and exit with 0 or 3; for a"
              + " class-data archive.")
  boolean warmUp;

  @Mixin ListenOptions listen = new ListenOptions();

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
