package io.tinyscale.launcher;

import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.Spelling;
import io.tinyscale.launcher.cli.Commands;
import java.io.PrintStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line: the options of a start, and the commands. */
final class CommandTree {

  private final PrintStream out;
  private final PrintStream err;

  CommandTree(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Reads the arguments, and answers at once what needs no configuration.
   *
   * @param arguments at least one
   * @throws ConfigException if they are wrong
   */
  Request read(String[] arguments) {
    Arguments options = new Arguments();
    PlaceArguments place = new PlaceArguments();
    CommandLine line = commandLine(options, place, arguments[0]);
    ParseResult parsed;
    try {
      parsed = line.parseArgs(arguments);
    } catch (ParameterException e) {
      throw new ConfigException(List.of(Problem.of("command line", message(e), "", fixFor(e))));
    }
    return parsed.hasSubcommand() ? command(options, place, parsed, line) : start(options, line);
  }

  private static CommandLine commandLine(Arguments options, PlaceArguments place, String first) {
    // Behind the name of a command there are no options of a start, whose model takes time.
    CommandLine narrow = new CommandLine(CommandSpec.create().name(Arguments.PROGRAM));
    return Commands.addTo(narrow, first)
        ? narrow
        : Commands.addTo(
            new CommandLine(options)
                .addSubcommand(new HelpArguments())
                .addSubcommand(new ServeArguments())
                .addSubcommand(new CheckArguments())
                .addSubcommand(place));
  }

  private Request start(Arguments options, CommandLine line) {
    if (options.help) {
      out.print(Help.text(line));
      return done(options);
    }
    if (options.version) {
      out.println("tinyscale " + Main.version());
      return done(options);
    }
    return new Request(options, null, OptionalInt.empty());
  }

  private Request command(
      Arguments options, PlaceArguments place, ParseResult parsed, CommandLine line) {
    ParseResult command = parsed.subcommand();
    OptionalInt code = Commands.run(parsed, out, err);
    if (code.isPresent()) {
      return new Request(options, null, code);
    }
    if (command.isUsageHelpRequested()) {
      command.commandSpec().commandLine().usage(out);
      return done(options);
    }
    Object arguments = command.commandSpec().userObject();
    if (arguments instanceof HelpArguments help) {
      help(help, line);
      return done(options);
    }
    options.check |= arguments instanceof CheckArguments;
    if (arguments instanceof ServeArguments serve) {
      options.listen = serve.listen;
    }
    return new Request(options, arguments == place ? place : null, OptionalInt.empty());
  }

  private void help(HelpArguments help, CommandLine line) {
    if (help.command == null) {
      out.print(Help.text(line));
      return;
    }
    CommandLine command = line.getSubcommands().get(help.command);
    if (command == null) {
      throw new ConfigException(
          List.of(Problem.of("command line", "no such command", "", fixFor(help.command, line))));
    }
    command.usage(out);
  }

  private static Request done(Arguments options) {
    return new Request(options, null, OptionalInt.of(Main.OK));
  }

  /** What is wrong; of a command's argument without its value, which may be a secret. */
  private static String message(ParameterException problem) {
    CommandSpec spec = problem.getCommandLine().getCommandSpec();
    if (problem instanceof UnmatchedArgumentException unmatched) {
      String argument = withoutValue(unmatched.getUnmatched().get(0));
      if (spec.parent() != null) {
        return isOption(argument) ? "unknown option " + argument : "an argument too many";
      }
      if (!isOption(argument)) {
        return "unknown command " + argument;
      }
    }
    return String.valueOf(problem.getMessage());
  }

  private static String fixFor(ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    return problem instanceof UnmatchedArgumentException unmatched
        ? fixFor(withoutValue(unmatched.getUnmatched().get(0)), command)
        : help(command);
  }

  private static String fixFor(String wrong, CommandLine command) {
    Set<String> known =
        isOption(wrong)
            ? command.getCommandSpec().optionsMap().keySet()
            : command.getSubcommands().keySet();
    return Spelling.nearest(wrong, known)
        .or(
            () ->
                known.stream()
                    .filter(name -> wrong.length() > 2 && name.startsWith(wrong))
                    .sorted()
                    .findFirst())
        .map(meant -> "Did you mean " + meant + "? " + help(command))
        .orElse(help(command));
  }

  private static boolean isOption(String argument) {
    return argument.startsWith("-");
  }

  private static String help(CommandLine command) {
    return "`" + command.getCommandSpec().qualifiedName() + " --help` lists the options.";
  }

  private static String withoutValue(String argument) {
    return argument.replaceFirst("=.*", "");
  }
}
