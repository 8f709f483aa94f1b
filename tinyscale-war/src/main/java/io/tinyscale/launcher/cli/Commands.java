package io.tinyscale.launcher.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The commands for the admin door. */
public final class Commands {

  private static final int WIDTH = 80;

  /** In the order of the help text. */
  private static final List<Named> ALL =
      List.of(
          named("status", StatusCommand::new),
          named("servers", ServerCommands.All::new),
          named("server", ServerCommands.One::new),
          named("meetings", MeetingCommands.Known::new),
          named("find", MeetingCommands.Find::new),
          named("cordon", StateCommands.Cordon::new),
          named("enable", StateCommands.Enable::new),
          named("disable", StateCommands.Disable::new),
          named("drain", DrainCommand::new),
          named("end", MeetingCommands.End::new),
          named("end-all", EndCommands.EndAll::new),
          named("panic", EndCommands.Panic::new),
          named("add", ServerEdits.Add::new),
          named("set", ServerEdits.Set::new),
          named("remove", PoolCommands.Remove::new),
          named("reload", PoolCommands.Reload::new),
          named("probe", PoolCommands.Probe::new),
          named("events", EventsCommand::new),
          named("token", TokenCommands::new),
          named("completion", ShellCommands.Completion::new),
          named("completion-names", ShellCommands.Names::new),
          named("man-page", ShellCommands.ManPage::new));

  /** Those that describe all commands. */
  private static final Set<String> DESCRIBING = Set.of("completion", "man-page");

  private record Named(String name, Supplier<CliCommand> command) {}

  private Commands() {}

  private static Named named(String name, Supplier<CliCommand> command) {
    return new Named(name, command);
  }

  /** Adds all commands to a command line. */
  public static CommandLine addTo(CommandLine root) {
    ALL.forEach(each -> add(root, each));
    // An id may begin with @, which the parser would take for a file of arguments.
    return root.setExpandAtFiles(false);
  }

  /**
   * Adds one command, because the model of all commands takes the parser a third of the time that a
   * command takes.
   *
   * @return whether that is enough; if not, nothing is added
   */
  public static boolean addTo(CommandLine root, String name) {
    Optional<Named> one =
        ALL.stream()
            .filter(each -> each.name().equals(name) && !DESCRIBING.contains(name))
            .findFirst();
    one.ifPresent(each -> add(root, each));
    root.setExpandAtFiles(false);
    return one.isPresent();
  }

  private static void add(CommandLine root, Named named) {
    CommandLine line = new CommandLine(named.command().get());
    if (line.getCommandSpec().userObject() instanceof TokenCommands) {
      line.addSubcommand(new TokenCommands.Create());
    }
    line.setUsageHelpWidth(WIDTH);
    line.getCommandSpec().usageMessage().sortOptions(false);
    root.addSubcommand(line);
  }

  /**
   * Runs the command that was parsed.
   *
   * @return the exit code; empty if the command is none of these
   */
  public static OptionalInt run(ParseResult parsed, PrintStream out, PrintStream err) {
    return run(parsed, Console.ofProcess(out, err));
  }

  static OptionalInt run(ParseResult parsed, Console console) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    if (!(last.commandSpec().userObject() instanceof CliCommand command)) {
      return OptionalInt.empty();
    }
    if (last.isUsageHelpRequested()) {
      last.commandSpec().commandLine().usage(console.out());
      return OptionalInt.of(ExitCode.DONE.code());
    }
    ExitCode code;
    try {
      code = command.run(console);
    } catch (CommandException e) {
      console.out().flush();
      console.err().println(e.text());
      code = e.code();
    }
    console.out().flush();
    return OptionalInt.of(code.code());
  }

  /** The exit codes and their meanings. */
  public static Map<Integer, String> exitCodes() {
    return Arrays.stream(ExitCode.values())
        .collect(Collectors.toMap(ExitCode::code, ExitCode::meaning, (a, b) -> a, TreeMap::new));
  }
}
