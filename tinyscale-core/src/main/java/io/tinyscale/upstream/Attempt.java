package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.body.BodyBeginning;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.BodyObserver;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Server;
import io.tinyscale.trace.RequestTrace;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One sending of one call to one server. Its answer, its deadline or its caller ends it, whichever
 * comes first. The listener hears of the end before anything else acts on it; what the listener
 * throws ends nothing and is told as a mistake of our own. Thread-safe.
 */
final class Attempt {

  /** After so long without a byte of an answer there is reason to doubt that the server answers. */
  private static final Duration DOUBT = Duration.ofSeconds(1);

  private static final int SERVER_ERROR = 500;

  /** With these a proxy says that the server behind it does not answer. */
  private static final Set<Integer> OF_A_PROXY = Set.of(502, 503, 504);

  private final ServerCalls calls;
  private final OutcomeListener listener;
  private final Server server;
  private final ApiCall call;
  private final Cancellation cancellation;
  private final CompletableFuture<Attempted> result = new CompletableFuture<>();
  private final AtomicBoolean settled = new AtomicBoolean();
  private final boolean withBody;
  private final RequestTrace trace;
  private final long begun;
  private volatile boolean bodyFailed;
  private volatile boolean headCame;

  /** Since when it is the server's turn: until then the caller's body was on its way. */
  private volatile long asked;

  private volatile @Nullable Deadline deadline;

  Attempt(
      ServerCalls calls,
      OutcomeListener listener,
      Server server,
      ApiCall call,
      boolean withBody,
      RequestTrace trace,
      Cancellation cancellation) {
    this.calls = calls;
    this.listener = listener;
    this.server = server;
    this.call = call;
    this.withBody = withBody;
    this.trace = trace;
    this.cancellation = cancellation;
    this.begun = calls.nanoClock().getAsLong();
    this.asked = begun;
  }

  /**
   * What became of the attempt. Completed exceptionally only if there was no memory for it: that is
   * told like a mistake of our own.
   */
  CompletionStage<Attempted> result() {
    return result;
  }

  void start(Upstream upstream, UpstreamRequest request) {
    Stages.started(() -> upstream.send(request, cancellation)).whenComplete(this::end);
  }

  /** Watches the body on its way: once it was sent, the server may take this long. */
  BodyObserver untilAnswered(Duration answerTime) {
    return new BodyObserver() {
      @Override
      public void ended() {
        asked = calls.nanoClock().getAsLong();
        endAt(calls.in(answerTime));
      }

      @Override
      public void failed(Throwable cause) {
        bodyFailed = true;
      }
    };
  }

  /** Ends the attempt when the deadline passes. */
  void endAt(Deadline end) {
    if (result.isDone()) {
      return;
    }
    deadline = end;
    // An upload is in no hurry: while its body moves, silence means nothing.
    ringAt(withBody ? end : calls.in(DOUBT).earlier(end), end);
  }

  private void ringAt(Deadline next, Deadline end) {
    Future<?> alarm =
        calls.at(
            next,
            () -> {
              if (end.remainingNanos(calls.nanoClock()) > 0) {
                ringAt(end, end);
                doubt();
              } else if (settle(
                  new Outcome.NoAnswer(new SocketTimeoutException("no answer in time")))) {
                cancellation.cancel();
              }
            });
    result.whenComplete((came, bug) -> alarm.cancel(false));
  }

  private void doubt() {
    if (!headCame && !result.isDone()) {
      try {
        listener.unheard(server, asked, false);
      } catch (RuntimeException | Error bug) {
        tellBug(bug);
      }
    }
  }

  private void end(Outcome came, @Nullable Throwable bug) {
    if (bug != null) {
      giveUp(bug);
      return;
    }
    try {
      if (came instanceof Outcome.Answered answered) {
        answered(answered);
      } else {
        settle(came);
      }
    } catch (RuntimeException | Error another) {
      giveUp(another);
    }
  }

  /**
   * Ends the attempt because of a mistake or a lack of our own, which shows nothing of a server.
   */
  private void giveUp(Throwable bug) {
    if (!settled.compareAndSet(false, true)) {
      return;
    }
    if (Failures.isOutOfMemory(bug)) {
      result.completeExceptionally(bug);
    } else {
      IOException cause = new IOException(Failures.describe(bug), bug);
      result.complete(new Attempted(server, new Outcome.NoAnswer(cause), null));
    }
  }

  private void answered(Outcome.Answered answered) {
    headCame = true;
    if (settled.get()) {
      BodyCollector.discard(answered.body());
    } else if (AnswerReader.mustBeBegun(answered)) {
      Stages.started(
              () ->
                  BodyBeginning.read(
                      answered.body(),
                      AnswerReader.JUDGED,
                      AnswerReader::saysSuccess,
                      cancellation))
          .whenComplete((beginning, failure) -> begun(answered, beginning, failure));
    } else {
      settle(answered, AnswerReader.read(call, withBody, answered));
    }
  }

  private void begun(
      Outcome.Answered answered, BodyBeginning beginning, @Nullable Throwable failure) {
    try {
      if (failure != null && Failures.isOutOfMemory(failure)) {
        giveUp(failure);
      } else if (failure != null) {
        settle(
            new Outcome.NoAnswer(
                failure instanceof IOException broken
                    ? broken
                    : new IOException(Failures.describe(failure), failure)));
      } else {
        settle(
            new Outcome.Answered(answered.status(), answered.headers(), beginning.body()),
            AnswerReader.read(call, beginning.bytes()));
      }
    } catch (RuntimeException | Error bug) {
      giveUp(bug);
    }
  }

  private void settle(Outcome.Answered answered, ServerAnswer says) {
    if (settled.compareAndSet(false, true)) {
      try {
        tellWhetherHeard(answered.status(), says);
        tell(says);
      } catch (RuntimeException | Error bug) {
        tellBug(bug);
      }
      complete(answered, says);
    } else {
      BodyCollector.discard(answered.body());
    }
  }

  /** Takes the outcome without an answer if it is the first. */
  private boolean settle(Outcome came) {
    if (!settled.compareAndSet(false, true)) {
      return false;
    }
    try {
      tell(new Attempted(server, came, null));
    } catch (RuntimeException | Error bug) {
      tellBug(bug);
    }
    complete(came, null);
    return true;
  }

  /** Completes the result of an attempt that is settled, with or without memory. */
  private void complete(Outcome outcome, @Nullable ServerAnswer says) {
    try {
      result.complete(new Attempted(server, outcome, says));
    } catch (OutOfMemoryError lack) {
      result.completeExceptionally(lack);
    }
  }

  /** The call is not to suffer from a listener, and nobody else would hear of the mistake. */
  private void tellBug(Throwable bug) {
    try {
      listener.bug(call, bug, trace);
    } catch (RuntimeException | Error another) {
      // Nobody is left to tell.
    }
  }

  private void tell(Attempted attempted) {
    if (attempted.outcome() instanceof Outcome.Overloaded) {
      ended(AttemptOutcome.OVERLOADED);
    } else if (leftByCaller()) {
      ended(AttemptOutcome.CANCELLED);
    } else {
      ended(
          attempted.outcome() instanceof Outcome.NotSent
              ? AttemptOutcome.NOT_SENT
              : AttemptOutcome.NO_ANSWER);
      if (!headCame || call.equals(ApiCall.ROOT)) {
        listener.unheard(server, asked, attempted.isRefused());
      }
      listener.failed(server, call, attempted.cause());
    }
  }

  /**
   * An answer that is neither BBB's nor one of a proxy shows nothing: the server's root decides.
   */
  private void tellWhetherHeard(int status, ServerAnswer says) {
    boolean isRoot = call.equals(ApiCall.ROOT);
    if (says.isOfBbb() || status >= SERVER_ERROR && !OF_A_PROXY.contains(status) && !isRoot) {
      listener.heard(server);
    } else if (OF_A_PROXY.contains(status) || isRoot) {
      listener.unheard(server, asked, false);
    }
  }

  private void ended(AttemptOutcome how) {
    listener.attemptEnded(server, call, how, calls.nanoClock().getAsLong() - begun);
  }

  private void tell(ServerAnswer answer) {
    ended(
        answer.fold(
            said -> AttemptOutcome.ANSWERED,
            notBbb -> AttemptOutcome.NOT_BBB,
            () -> AttemptOutcome.SECRET_REFUSED,
            lacks -> AttemptOutcome.ANSWERED));
    if (answer.evidence() == Evidence.SOUND) {
      listener.answered(server, call);
      if (withBody && call.equals(ApiCall.CREATE) && succeeded(answer)) {
        listener.tookBody(server);
      }
    } else if (answer.evidence() == Evidence.BROKEN && answer instanceof ServerAnswer.NotBbb junk) {
      listener.failed(server, call, junk.defect());
    } else if (answer.evidence() == Evidence.UNCLEAR
        && answer instanceof ServerAnswer.NotBbb junk) {
      listener.stumbled(server, call, junk.defect());
    } else if (answer instanceof ServerAnswer.RefusesSecret) {
      listener.refusedSecret(server);
    }
  }

  private static boolean succeeded(ServerAnswer answer) {
    return answer instanceof ServerAnswer.Said said && said.succeeded();
  }

  /** Whether the caller ended the attempt, or its own half of it, before its time was over. */
  private boolean leftByCaller() {
    Deadline end = deadline;
    return bodyFailed
        || cancellation.isCancelled() && (end == null || end.remainingNanos(calls.nanoClock()) > 0);
  }
}
