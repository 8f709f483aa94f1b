package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.trace.RequestTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One call to every server in use, with one deadline for all. A server that is down by our verdict
 * is not asked and not waited for: it counts as silent. Replies that failed are reported here, once
 * each, unless the caller has left. Thread-safe.
 */
public final class FanOut {

  private final ServerPool pool;
  private final ServerCalls calls;
  private final FailureReport report;

  /** Is told of a call to one server that failed; must neither block nor throw. */
  @FunctionalInterface
  public interface FailureReport {

    /**
     * A call failed.
     *
     * @param cause for the log
     * @param trace of the request that the call was for
     */
    void callFailed(ApiCall call, Server server, String cause, RequestTrace trace);
  }

  /** Asks one server. */
  @FunctionalInterface
  public interface Question {

    /** The reply, at the latest at the deadline; never completed exceptionally. */
    CompletionStage<Reply> ask(Server server, Deadline deadline);
  }

  /** Asks the servers of this pool. */
  public FanOut(ServerPool pool, ServerCalls calls, FailureReport report) {
    this.pool = pool;
    this.calls = calls;
    this.report = report;
  }

  /**
   * Asks every server in use.
   *
   * @param call what is reported if a server fails
   * @param trace of the request that the call is for
   * @param time for all replies
   * @param question is called for one server after the other, in the order of the pool file
   */
  public CompletionStage<Replies> ask(
      ApiCall call, RequestTrace trace, Duration time, Cancellation caller, Question question) {
    Deadline deadline = calls.in(time);
    List<CompletionStage<Reply>> replies = new ArrayList<>();
    List<Server> down = new ArrayList<>(0);
    for (ServerStatus status : pool.statuses(ServerStatus::inUse)) {
      if (status.health().isUp()) {
        replies.add(question.ask(status.server(), deadline));
      } else {
        down.add(status.server());
      }
    }
    return Stages.all(replies)
        .thenApply(
            all -> {
              if (!caller.isCancelled()) {
                all.forEach(reply -> report(call, reply, trace));
              }
              return new Replies(call, all, down);
            });
  }

  private void report(ApiCall call, Reply reply, RequestTrace trace) {
    if (reply instanceof Reply.Nothing nothing && !lacksOptionalCall(call, reply)) {
      report.callFailed(call, nothing.server(), nothing.cause(), trace);
    } else if (call.readOnly() && reply instanceof Reply.Said said && !said.content().succeeded()) {
      // A read has nothing to refuse.
      report.callFailed(call, said.server(), "it answered FAILED", trace);
    }
  }

  /** A server without bbb-webhooks answers 404 to all its calls, which is no failure. */
  private static boolean lacksOptionalCall(ApiCall call, Reply reply) {
    return call.scope() == CallScope.HOOKS
        && reply instanceof Reply.Nothing nothing
        && nothing.noSuchCall();
  }

  /** What all servers said, in the order of the pool file. */
  public static final class Replies {

    private final List<Reply.Said> succeeded = new ArrayList<>();
    private final List<Reply.Said> refused = new ArrayList<>();
    private final List<Server> lacking = new ArrayList<>(0);
    private final List<Server> silent;
    private boolean overloaded;

    Replies(ApiCall call, List<Reply> replies, List<Server> down) {
      silent = new ArrayList<>(down);
      for (Reply reply : replies) {
        if (reply instanceof Reply.Said said) {
          (said.content().succeeded() ? succeeded : refused).add(said);
        } else if (lacksOptionalCall(call, reply)) {
          lacking.add(reply.server());
        } else {
          silent.add(reply.server());
          overloaded |= reply instanceof Reply.Overloaded;
        }
      }
    }

    /** The SUCCESS answers. */
    public List<Reply.Said> succeeded() {
      return succeeded;
    }

    /** The FAILED answers. */
    public List<Reply.Said> refused() {
      return refused;
    }

    /** The servers that do not have the call, where that is no failure. */
    public List<Server> lacking() {
      return lacking;
    }

    /** The servers that gave no answer of BBB, those that are down by our verdict included. */
    public List<Server> silent() {
      return silent;
    }

    /** How many servers have the call, as far as we know. */
    public int asked() {
      return succeeded.size() + refused.size() + silent.size();
    }

    /** How many servers that have the call did not do what was asked. */
    public int failed() {
      return refused.size() + silent.size();
    }

    /** What a caller is told if nothing is certain: too many calls, if that is why. */
    public ApiError error() {
      return overloaded ? ApiError.OVERLOADED : ApiError.INTERNAL;
    }
  }
}
