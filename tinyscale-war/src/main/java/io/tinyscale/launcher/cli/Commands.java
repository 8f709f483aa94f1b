package io.tinyscale.launcher.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The commands for the admin door. */
public final class Commands {

  private static final int WIDTH = 80;

  /** In the order of the help text. */
  private static final List<String> NAMES =
      List.of(
          "status",
          "servers",
          "server",
          "meetings",
          "find",
          "cordon",
          "enable",
          "disable",
          "drain",
          "end",
          "end-all",
          "panic",
          "add",
          "set",
          "remove",
          "reload",
          "probe",
          "balancers",
          "events",
          "token",
          "convert",
          "completion",
          "completion-names",
          "man-page",
          "settings-file");

  /** Those that describe all commands. */
  private static final Set<String> DESCRIBING = Set.of("completion", "man-page");

  private Commands() {}

  /** The command of a name. No list of constructors: it would load the classes of all commands. */
  private static CliCommand named(String name) {
    return switch (name) {
      case "status" -> new StatusCommand();
      case "servers" -> new ServerCommands.All();
      case "server" -> new ServerCommands.One();
      case "meetings" -> new MeetingCommands.Known();
      case "find" -> new MeetingCommands.Find();
      case "cordon" -> new StateCommands.Cordon();
      case "enable" -> new StateCommands.Enable();
      case "disable" -> new StateCommands.Disable();
      case "drain" -> new DrainCommand();
      case "end" -> new MeetingCommands.End();
      case "end-all" -> new EndCommands.EndAll();
      case "panic" -> new EndCommands.Panic();
      case "add" -> new ServerEdits.Add();
      case "set" -> new ServerEdits.Set();
      case "remove" -> new PoolCommands.Remove();
      case "reload" -> new PoolCommands.Reload();
      case "probe" -> new PoolCommands.Probe();
      case "balancers" -> new BalancersCommand();
      case "events" -> new EventsCommand();
      case "token" -> new TokenCommands();
      case "convert" -> new ConvertCommands();
      case "completion" -> new ShellCommands.Completion();
      case "completion-names" -> new ShellCommands.Names();
      case "man-page" -> new ShellCommands.ManPage();
      case "settings-file" -> new ShellCommands.Settings();
      default -> throw new IllegalArgumentException(name + ": no command");
    };
  }

  /** Adds all commands to a command line. */
  public static CommandLine addTo(CommandLine root) {
    NAMES.forEach(name -> add(root, name));
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
    boolean isEnough = NAMES.contains(name) && !DESCRIBING.contains(name);
    if (isEnough) {
      add(root, name);
    }
    root.setExpandAtFiles(false);
    return isEnough;
  }

  private static void add(CommandLine root, String name) {
    CommandLine line = new CommandLine(named(name));
    Object command = line.getCommandSpec().userObject();
    if (command instanceof TokenCommands) {
      line.addSubcommand(new TokenCommands.Create());
    } else if (command instanceof ConvertCommands) {
      line.addSubcommand(new ConvertCommands.Scalelite());
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

  /**
   * Runs a command without arguments, in another environment than that of this process.
   *
   * @return the exit code
   */
  public static int run(
      String command, Map<String, String> environment, PrintStream out, PrintStream err) {
    CommandLine root = new CommandLine(CommandSpec.create());
    addTo(root, command);
    Console console = Console.ofProcess(out, err).in(environment);
    return run(root.parseArgs(command), console).orElseThrow();
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
      if (code == ExitCode.DONE && !command.endsWithItsReader()) {
        console.requireWritten();
      }
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
