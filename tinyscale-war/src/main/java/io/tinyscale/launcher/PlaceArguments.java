package io.tinyscale.launcher;

import io.tinyscale.launcher.cli.HelpOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@code place}. */
@Command(
    name = "place",
    description = "Ask every server once and print where a new meeting would go, and why.",
    sortOptions = false,
    usageHelpWidth = 100)
final class PlaceArguments {

  @Option(
      names = "--create",
      paramLabel = "PARAMETERS",
      required = true,
      description =
          "The parameters of a create as they stand in its URL, such as"
              + " 'meetingID=math&maxParticipants=30'. Nothing is made.")
  String create = "";

  @Mixin HelpOption help = new HelpOption();
}
