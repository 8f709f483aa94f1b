package io.tinyscale.launcher.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of problems that the admin door answers with, and what each means for a command. */
enum ProblemType {
  TOKEN_MISSING(ExitCode.NOT_ALLOWED, "The admin door wants a token.", Advice.TOKEN),
  TOKEN_WRONG(ExitCode.NOT_ALLOWED, "The admin door does not know this token.", Advice.TOKEN),
  SCOPE_TOO_SMALL(
      ExitCode.NOT_ALLOWED,
      "The scope of this token is too small.",
      "Use a token with more rights."),
  HOST_NOT_ALLOWED(
      ExitCode.NOT_ALLOWED,
      "The admin door does not answer under this host name.",
      "Use its address, or add the name to admin.hosts."),
  ORIGIN_NOT_ALLOWED(ExitCode.NOT_ALLOWED, "The admin door takes no calls of other web sites.", ""),
  NO_TOKENS_CONFIGURED(
      ExitCode.NOT_ALLOWED,
      "No token is configured, so the admin door answers no command.",
      "Set admin.tokens.file; `tinyscale token create NAME --scope SCOPE` makes a token."),
  NOT_FOUND(
      ExitCode.UNKNOWN,
      "There is no such page at this address.",
      "Compare --url with admin.listen and admin.path; tinyscale may also be older than this"
          + " command."),
  SERVER_UNKNOWN(
      ExitCode.NO, "The pool has no such server.", "`tinyscale servers` lists the names."),
  MEETING_ABSENT(ExitCode.NO, "No server has this meeting.", ""),
  OPERATION_UNKNOWN(ExitCode.NO, "There is no such operation.", ""),
  METHOD_NOT_ALLOWED(ExitCode.UNKNOWN, "The admin door does not take this call.", ""),
  SERVER_HAS_MEETINGS(
      ExitCode.CONFLICT, "The server has meetings.", "Drain it first, or add --force."),
  LAST_SERVER(ExitCode.CONFLICT, "It is the last server of the pool.", "Add another server first."),
  LAST_ENABLED_SERVER(
      ExitCode.CONFLICT,
      "It is the last server that takes new meetings.",
      "Enable another server first; `cordon` and `disable` take --force."),
  ADDRESS_TAKEN(ExitCode.CONFLICT, "The pool has another server with this address.", ""),
  POOL_READ_ONLY(
      ExitCode.CONFLICT,
      "The pool file cannot be written.",
      "Change it where it comes from, then run `tinyscale reload`."),
  POOL_FILE_INVALID(ExitCode.CONFLICT, "The pool file has mistakes.", "Correct them first."),
  POOL_CHANGED(ExitCode.CONFLICT, "The pool has changed meanwhile.", "Look again, then repeat."),
  BODY_TOO_LARGE(ExitCode.WRONG, "The admin door takes no request of this size.", ""),
  JSON_EXPECTED(ExitCode.UNKNOWN, "The admin door does not understand this command.", ""),
  INVALID_BODY(ExitCode.WRONG, "The admin door does not take these arguments.", ""),
  INVALID_SERVER(ExitCode.WRONG, "The server is described wrongly.", ""),
  SERVER_CHECK_FAILED(ExitCode.CHECK_FAILED, "The server's check failed.", ""),
  TOO_MANY_FAILURES(
      ExitCode.NOT_ALLOWED,
      "This machine has sent too many wrong tokens.",
      "Wait a minute, or use a right token."),
  BUG(ExitCode.UNKNOWN, "tinyscale failed.", "Its log says more."),
  SERVER_REFUSED(ExitCode.CHECK_FAILED, "The server refused the call.", ""),
  TOO_MANY_STREAMS(ExitCode.UNKNOWN, "Too many pages are open.", "Try again in 5 s."),
  MEETING_UNKNOWN(
      ExitCode.UNKNOWN, "The meeting is not known, and a server that may have it is silent.", ""),
  STOPPING(ExitCode.UNKNOWN, "tinyscale is stopping.", ""),
  NOT_YET_APPLIED(
      ExitCode.UNKNOWN,
      "The change is written, but has not taken effect in time.",
      "It will: `tinyscale servers` shows when.");

  private static final String PREFIX = "urn:tinyscale:problem:";

  private final ExitCode code;
  private final String text;
  private final String advice;

  ProblemType(ExitCode code, String text, String advice) {
    this.code = code;
    this.text = text;
    this.advice = advice;
  }

  /** What an operator does about some problems; no constant may stand before the constants. */
  private static final class Advice {
    static final String TOKEN =
        "A token comes from --token-file, TINYSCALE_TOKEN, TINYSCALE_TOKEN_FILE, or "
            + DoorOptions.USUAL_TOKEN_FILE
            + ".";
  }

  /** The kind with this URN; empty if this command does not know it. */
  static Optional<ProblemType> of(String urn) {
    return Arrays.stream(values()).filter(type -> type.urn().equals(urn)).findFirst();
  }

  String urn() {
    return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  ExitCode code() {
    return code;
  }

  /** What it means, if the answer does not say it. */
  String text() {
    return text;
  }

  /** What an operator does about it; may be empty. */
  String advice() {
    return advice;
  }
}
