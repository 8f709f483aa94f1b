package io.tinyscale.launcher;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command line of {@code help}. */
@Command(name = "help", description = "Explain a command, or everything.", usageHelpWidth = 100)
final class HelpArguments {

  @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND", description = "The command.")
  @Nullable String command;
}
