package io.tinyscale.launcher;

import io.tinyscale.launcher.cli.HelpOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line of {@code serve}. */
@Command(
    name = "serve",
    description = "Start the load balancer; the same as no command at all.",
    sortOptions = false,
    usageHelpWidth = 100)
final class ServeArguments {

  @Mixin ListenOptions listen = new ListenOptions();

  @Mixin HelpOption help = new HelpOption();
}
