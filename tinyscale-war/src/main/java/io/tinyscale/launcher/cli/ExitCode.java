package io.tinyscale.launcher.cli;

/** What a command tells a script. */
enum ExitCode {
  /** The command is done. */
  DONE(0, "done; a server has stopped in order"),
  /** The answer is no: critical, absent, different, or not in time. */
  NO(1, "the answer is no: critical, absent, different, or not in time"),
  /** The command line or the configuration is wrong. */
  WRONG(2, "wrong command line or configuration"),
  /** A server's check failed, or a start lacks something now. */
  CHECK_FAILED(3, "a server's check failed, host or port cannot be had, or no server for place"),
  /** The admin door cannot be reached or does not know, or the answer cannot be written. */
  UNKNOWN(4, "the admin door cannot be reached or does not know, or the answer cannot be written"),
  /** The token is missing, is wrong, or has too small a scope. */
  NOT_ALLOWED(5, "the token is missing, is wrong, or allows less"),
  /** The change is refused by what the pool is now. */
  CONFLICT(6, "the pool as it is now forbids the change");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  /** What it means, for help texts. */
  String meaning() {
    return meaning;
  }

  /** The first of two that is not {@link #DONE}. */
  ExitCode or(ExitCode next) {
    return this == DONE ? next : this;
  }
}
