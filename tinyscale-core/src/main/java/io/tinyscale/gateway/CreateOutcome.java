package io.tinyscale.gateway;

import io.tinyscale.call.Answer;
import io.tinyscale.server.Server;
import java.util.function.Function;

/** What became of a create that was to go to one server. */
sealed interface CreateOutcome {

  /** What this case says. */
  <T> T fold(Function<NotSent, T> notSent, Function<Held, T> held, Function<Failed, T> failed);

  /**
   * The server certainly got nothing.
   *
   * @param byUs whether that is our own limit's doing, and says nothing of the server
   * @param answer if the create goes nowhere else
   */
  record NotSent(boolean byUs, Answer answer) implements CreateOutcome {

    @Override
    public <T> T fold(
        Function<NotSent, T> notSent, Function<Held, T> held, Function<Failed, T> failed) {
      return notSent.apply(this);
    }
  }

  /**
   * The server says that it has the meeting.
   *
   * @param isMade whether the create made it; otherwise it was there before
   * @param answer the server's
   */
  record Held(Server server, boolean isMade, Answer answer) implements CreateOutcome {

    @Override
    public <T> T fold(
        Function<NotSent, T> notSent, Function<Held, T> held, Function<Failed, T> failed) {
      return held.apply(this);
    }
  }

  /** The server has refused the create, or nobody knows what it did: no other server gets it. */
  record Failed(Answer answer) implements CreateOutcome {

    @Override
    public <T> T fold(
        Function<NotSent, T> notSent, Function<Held, T> held, Function<Failed, T> failed) {
      return failed.apply(this);
    }
  }
}
