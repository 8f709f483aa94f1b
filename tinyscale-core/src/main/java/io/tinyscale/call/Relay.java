package io.tinyscale.call;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.BodyTooLargeException;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Attempted;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.ServerAnswer;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Sends a call to one server and turns what became of it into the caller's answer. */
public final class Relay {

  private final ServerCalls calls;
  private final CallLimits limits;
  private final GatewayObserver observer;

  /** Sends through these calls. */
  public Relay(ServerCalls calls, CallLimits limits, GatewayObserver observer) {
    this.calls = calls;
    this.limits = limits;
    this.observer = observer;
  }

  /**
   * A relayed answer and what it says.
   *
   * @param succeeded whether the server said SUCCESS, as far as we looked
   * @param messageKey the key of a FAILED answer of the server; empty otherwise
   */
  public record Relayed(Answer answer, boolean succeeded, String messageKey) {}

  /** When a call that begins now must have been answered, its upload not counted. */
  public Deadline deadline(AcceptedCall accepted) {
    boolean slow = accepted.call().equals(ApiCall.CREATE) || !accepted.body().isEmpty();
    return calls.in(slow ? limits.create() : limits.answer());
  }

  /**
   * Relays a call.
   *
   * @param deadline of all that is done for the call
   */
  public CompletionStage<Relayed> relay(AcceptedCall accepted, Server server, Deadline deadline) {
    WatchedBody body = new WatchedBody(accepted.body());
    return send(accepted, body.body(), server, deadline)
        .thenApply(attempted -> relayed(accepted, body, attempted));
  }

  /**
   * Sends a call with this body, or without one.
   *
   * @param deadline for the answer; while a body is on its way it does not come nearer
   */
  public CompletionStage<Attempted> send(
      AcceptedCall accepted, Body body, Server server, Deadline deadline) {
    return body.isEmpty()
        ? calls.send(
            server,
            accepted.call(),
            accepted.parameters(),
            accepted.crossing(),
            deadline,
            accepted.caller())
        : calls.sendBody(
            server,
            accepted.call(),
            accepted.parameters(),
            accepted.crossing(),
            body,
            Duration.ofNanos(deadline.remainingNanos(calls.nanoClock())),
            accepted.caller());
  }

  private Relayed relayed(AcceptedCall accepted, WatchedBody body, Attempted attempted) {
    Server server = attempted.server();
    if (attempted.outcome() instanceof Outcome.Overloaded) {
      return new Relayed(Answers.failed(accepted.call(), ApiError.OVERLOADED, server), false, "");
    }
    ServerAnswer says = attempted.answer();
    if (says == null || !(attempted.outcome() instanceof Outcome.Answered answered)) {
      return failed(accepted, body, server, attempted.cause());
    }
    if (says instanceof ServerAnswer.Said said) {
      Answer answer =
          new Answer.Relay(server, said.messageKey(), answered.headers(), answered.body());
      return new Relayed(answer, said.succeeded(), said.messageKey());
    }
    BodyCollector.discard(answered.body());
    return says.fold(
        said -> failed(accepted, body, server, ""),
        notBbb -> failed(accepted, body, server, notBbb.defect()),
        () -> failed(accepted, body, server, "it refuses our checksum"),
        lacks ->
            mayBeUnknown(accepted.call())
                ? new Relayed(
                    Answers.failed(accepted.call(), ApiError.UNSUPPORTED, server), false, "")
                : failed(accepted, body, server, lacks.defect()));
  }

  /** The answer after an attempt failed; it is nobody's failure if the caller has left. */
  public Relayed failed(AcceptedCall accepted, WatchedBody body, Server server, String cause) {
    ApiError error = ApiError.INTERNAL;
    if (body.failure() instanceof BodyTooLargeException tooLarge) {
      error = ApiError.tooLarge("The request's body", tooLarge.limit());
    } else if (!accepted.caller().isCancelled() && body.failure() == null) {
      observer.callFailed(accepted.call(), server, cause, accepted.trace());
    }
    return new Relayed(Answers.failed(accepted.call(), error, server), false, "");
  }

  /** Calls that older servers do not have, and answer with a page that says so. */
  private static boolean mayBeUnknown(ApiCall call) {
    return call.scope() == CallScope.PASSED
        || call.equals(ApiCall.SEND_CHAT_MESSAGE)
        || call.equals(ApiCall.INSERT_DOCUMENT)
        || call.scope() == CallScope.RECORDING;
  }
}
