package io.tinyscale.launcher.cli;

/** A command whose arguments are parsed. */
interface CliCommand {

  /**
   * Runs the command.
   *
   * @throws CommandException if the command cannot be done
   */
  ExitCode run(Console console);

  /** Whether it ends when the reader of its answers leaves, which is no failure then. */
  default boolean endsWithItsReader() {
    return false;
  }
}
