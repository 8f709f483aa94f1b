package io.tinyscale.launcher.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code convert}: makes a pool file of another balancer's list of servers. It needs no door. */
@Command(name = "convert", description = "Make a pool file of another load balancer's servers.")
final class ConvertCommands implements CliCommand {

  /** As large as a pool file may be. */
  private static final int MOST_KIB = 1024;

  private static final String STANDARD_INPUT = "-";

  @Mixin HelpOption help = new HelpOption();

  @Override
  public ExitCode run(Console console) {
    throw CommandException.wrong("convert: write `convert scalelite FILE`.");
  }

  /** Converts the list of Scalelite. */
  @Command(
      name = "scalelite",
      description = {
        "Print the pool file for the servers of Scalelite: from the JSON that its API answers to",
        "getServers, or from what its `rake servers` prints."
      })
  static final class Scalelite implements CliCommand {

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "FILE",
        description = "The file with Scalelite's list. Without it, or for -, the standard input.")
    String file = STANDARD_INPUT;

    @Mixin HelpOption help = new HelpOption();

    @Override
    public ExitCode run(Console console) {
      ConvertedPool pool = ConvertedPool.of(ScaleliteList.read(text(console)));
      console.out().print(pool.json());
      pool.notes().forEach(console.err()::println);
      return ExitCode.DONE;
    }

    private String text(Console console) {
      try {
        return file.equals(STANDARD_INPUT)
            ? TokenFile.small(console.in(), "The standard input", MOST_KIB)
            : TokenFile.text(Path.of(file), MOST_KIB);
      } catch (InvalidPathException e) {
        throw CommandException.wrong("FILE: not the path of a file.");
      } catch (IOException e) {
        throw CommandException.wrong("The standard input cannot be read.");
      }
    }
  }
}
