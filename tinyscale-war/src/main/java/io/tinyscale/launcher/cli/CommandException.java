package io.tinyscale.launcher.cli;

/** Ends a command, with a message for people and a code for scripts. */
class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ExitCode code;

  CommandException(ExitCode code, String message) {
    super(message);
    this.code = code;
  }

  /** Ends a command whose arguments are wrong. */
  static CommandException wrong(String message) {
    return new CommandException(ExitCode.WRONG, message);
  }

  final ExitCode code() {
    return code;
  }

  /** The message, which is never missing. */
  final String text() {
    return String.valueOf(getMessage());
  }
}
