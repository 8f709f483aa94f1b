package io.tinyscale.launcher.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Texts for the shell and the manual, made from the commands themselves. */
final class ShellCommands {

  private static final String PROGRAM = "tinyscale";

  private ShellCommands() {}

  private static CommandLine root(@Nullable CommandSpec spec) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the command's model");
    }
    return spec.root().commandLine();
  }

  /** A completion script. */
  @Command(name = "completion", description = "Print a script that completes the commands in bash.")
  static final class Completion implements CliCommand {

    @Parameters(index = "0", paramLabel = "bash", description = "The shell.")
    String shell = "";

    @Mixin HelpOption help = new HelpOption();

    @Spec @Nullable CommandSpec spec;

    @Override
    public ExitCode run(Console console) {
      if (!shell.equals("bash")) {
        throw CommandException.wrong("completion: there is one for bash only.");
      }
      // Without quotes, so that the shell makes a word of each name. A shell reads the script into
      // itself: the line that names an interpreter has no meaning.
      String script =
          AutoComplete.bash(PROGRAM, root(spec))
              .replaceFirst("^#!.*\n", "")
              .replace('"' + ServerNames.HOOK + '"', ServerNames.HOOK);
      console.out().print(script);
      console.out().flush();
      return ExitCode.DONE;
    }
  }

  /** The names of the servers, for the completion script. */
  @Command(
      name = "completion-names",
      hidden = true,
      description = "Print the names of the servers, if the admin door tells them within a second.")
  static final class Names implements CliCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      door.open(console).within(PATIENCE).get("/servers").body().objects("servers").stream()
          .map(server -> server.text("name"))
          // The shell would split or expand others.
          .filter(name -> name.matches("[A-Za-z0-9._:-]+"))
          .forEach(console.out()::println);
      console.out().flush();
      return ExitCode.DONE;
    }
  }

  /** The manual pages. */
  @Command(name = "man-page", hidden = true, description = "Print a manual page in roff.")
  static final class ManPage implements CliCommand {

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "PAGE",
        description = "tinyscale, or tinyscale.conf.")
    String page = PROGRAM;

    @Option(names = "--presets", paramLabel = "FILE", description = "What the package sets.")
    @Nullable Path presets;

    @Mixin HelpOption help = new HelpOption();

    @Spec @Nullable CommandSpec spec;

    @Override
    public ExitCode run(Console console) {
      console
          .out()
          .print(
              page.equals(SettingsPage.NAME)
                  ? SettingsPage.of(readPresets(presets))
                  : RoffPage.of(PROGRAM, root(spec)));
      console.out().flush();
      return ExitCode.DONE;
    }
  }

  /** The file of settings for a package. */
  @Command(
      name = "settings-file",
      hidden = true,
      description = "Print a file of all settings, as comments.")
  static final class Settings implements CliCommand {

    @Option(names = "--presets", paramLabel = "FILE", description = "What the package sets.")
    @Nullable Path presets;

    @Mixin HelpOption help = new HelpOption();

    @Override
    public ExitCode run(Console console) {
      console.out().print(SettingsFile.of(readPresets(presets)));
      console.out().flush();
      return ExitCode.DONE;
    }
  }

  /** The settings of a file with a line for each; empty without a file. */
  private static Map<String, String> readPresets(@Nullable Path file) {
    if (file == null) {
      return Map.of();
    }
    return TokenFile.text(file)
        .lines()
        .filter(line -> line.matches("[A-Z_]+=.*"))
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }
}
