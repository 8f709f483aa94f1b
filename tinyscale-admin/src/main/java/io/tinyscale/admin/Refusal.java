package io.tinyscale.admin;

/** A request is not fulfilled, which the caller learns. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  Refusal(Problem problem) {
    super(problem.name(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
