package io.tinyscale.launcher;

import io.tinyscale.launcher.cli.HelpOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line of {@code check}. */
@Command(
    name = "check",
    description = "Check the configuration and ask every server; the same as --check.",
    usageHelpWidth = 100)
final class CheckArguments {

  @Mixin HelpOption help = new HelpOption();
}
