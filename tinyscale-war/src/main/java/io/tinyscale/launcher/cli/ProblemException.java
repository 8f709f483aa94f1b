package io.tinyscale.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The admin door answers a command with a problem. */
final class ProblemException extends CommandException {

  private static final long serialVersionUID = 1L;

  private static final int CONFLICT = 409;

  private final transient Fields problem;

  private ProblemException(ExitCode code, String message, Fields problem) {
    super(code, message);
    this.problem = problem;
  }

  /** The problem of an answer that is none of success. */
  static ProblemException of(int status, Fields problem) {
    Optional<ProblemType> type = ProblemType.of(problem.raw("type"));
    return new ProblemException(code(status, type), message(status, problem, type), problem);
  }

  private static ExitCode code(int status, Optional<ProblemType> type) {
    // The same mistakes of the file are a conflict for an edit, and the answer to a reload.
    if (type.filter(ProblemType.POOL_FILE_INVALID::equals).isPresent() && status != CONFLICT) {
      return ExitCode.WRONG;
    }
    return type.map(ProblemType::code).orElseGet(() -> code(status));
  }

  private static ExitCode code(int status) {
    return switch (status) {
      case 401, 403, 429 -> ExitCode.NOT_ALLOWED;
      case CONFLICT, 412 -> ExitCode.CONFLICT;
      case 400, 413, 422 -> ExitCode.WRONG;
      default -> ExitCode.UNKNOWN;
    };
  }

  private static String message(int status, Fields problem, Optional<ProblemType> type) {
    List<String> sentences = new ArrayList<>();
    String detail = problem.text("detail");
    if (!detail.isBlank()) {
      sentences.add(detail);
    } else if (type.isPresent()) {
      sentences.add(type.get().text());
    } else {
      String title = problem.text("title");
      sentences.add(
          "The admin door answers with HTTP " + status + (title.isEmpty() ? "." : ": " + title));
    }
    if (problem.has("needs")) {
      sentences.add("This needs the scope " + problem.text("needs") + ".");
    }
    if (problem.has("fix")) {
      sentences.add(problem.text("fix"));
    } else {
      type.map(ProblemType::advice).filter(advice -> !advice.isEmpty()).ifPresent(sentences::add);
    }
    StringBuilder message = new StringBuilder(String.join(" ", sentences));
    problem.texts("errors").forEach(error -> message.append(System.lineSeparator()).append(error));
    return message.toString();
  }

  boolean is(ProblemType type) {
    return problem.raw("type").equals(type.urn());
  }

  /** The answer's members. */
  Fields problem() {
    return problem;
  }
}
