package io.tinyscale.launcher.cli;

/** Nothing listens where the admin door should be, so that nothing was sent. */
final class ClosedDoorException extends CommandException {

  private static final long serialVersionUID = 1L;

  ClosedDoorException(String message) {
    super(ExitCode.UNKNOWN, message);
  }
}
