package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Bytes;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.BodyTooLargeException;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Failures;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Sends a call to one server and turns what became of it into the caller's answer. */
final class Relay {

  private static final byte[] SUCCESS = Bytes.of("<returncode>SUCCESS</returncode>");
  private static final byte[] JSON_SUCCESS = Bytes.of("\"returncode\":\"SUCCESS\"");

  private final ServerCalls calls;
  private final GatewayLimits limits;
  private final GatewayObserver observer;

  Relay(ServerCalls calls, GatewayLimits limits, GatewayObserver observer) {
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
  record Relayed(Answer answer, boolean succeeded, String messageKey) {}

  /** When a call that begins now must have been answered, its upload not counted. */
  Deadline deadline(AcceptedCall accepted) {
    boolean slow = accepted.call().equals(ApiCall.CREATE) || !accepted.body().isEmpty();
    return calls.in(slow ? limits.create() : limits.answer());
  }

  /**
   * Relays a call.
   *
   * @param deadline of all that is done for the call
   */
  CompletionStage<Relayed> relay(AcceptedCall accepted, Server server, Deadline deadline) {
    WatchedBody body = new WatchedBody(accepted.body());
    return send(accepted, body.body(), server, deadline)
        .thenApply(outcome -> relayed(accepted, body, server, outcome));
  }

  /**
   * Sends a call with this body, or without one.
   *
   * @param deadline for the answer; while a body is on its way it does not come nearer
   */
  CompletionStage<Outcome> send(
      AcceptedCall accepted, Body body, Server server, Deadline deadline) {
    return body.isEmpty()
        ? calls.send(
            server,
            accepted.call(),
            accepted.parameters(),
            accepted.headers(),
            deadline,
            accepted.caller())
        : calls.sendBody(
            server,
            accepted.call(),
            accepted.parameters(),
            accepted.headers(),
            body,
            Duration.ofNanos(deadline.remainingNanos(calls.nanoClock())),
            accepted.caller());
  }

  private Relayed relayed(AcceptedCall accepted, WatchedBody body, Server server, Outcome outcome) {
    if (outcome instanceof Outcome.Overloaded) {
      return new Relayed(Answers.failed(accepted.call(), ApiError.OVERLOADED), false, "");
    }
    if (!(outcome instanceof Outcome.Answered answered)) {
      return failed(accepted, body, server, causeOf(outcome));
    }
    String defect = answered.defect();
    if (!defect.isEmpty()) {
      BodyCollector.discard(answered.body());
      return lacksCall(answered.status()) && mayBeUnknown(accepted.call())
          ? new Relayed(Answers.failed(accepted.call(), ApiError.UNSUPPORTED), false, "")
          : failed(accepted, body, server, defect);
    }
    Answer answer = new Answer.Relay(answered.headers(), answered.body());
    Optional<byte[]> bytes = answered.body().bytes();
    if (bytes.isEmpty()) {
      return new Relayed(answer, false, "");
    }
    if (accepted.call().answersJson() && isJson(bytes.get())) {
      return new Relayed(answer, Bytes.contains(bytes.get(), JSON_SUCCESS), "");
    }
    if (Bytes.contains(bytes.get(), SUCCESS)) {
      return new Relayed(answer, true, "");
    }
    Optional<ApiReply> reply = ApiReply.read(bytes.get());
    if (reply.isEmpty()) {
      return accepted.call().scope() == CallScope.PASSED
          ? new Relayed(answer, false, "")
          : failed(accepted, body, server, "not a BBB answer");
    }
    if (!reply.get().succeeded() && reply.get().messageKey().equals("checksumError")) {
      observer.serverRefusesSecret(server);
      return failed(accepted, body, server, "it refuses our checksum");
    }
    return new Relayed(answer, reply.get().succeeded(), reply.get().messageKey());
  }

  /** The answer after an attempt failed; it is nobody's failure if the caller has left. */
  Relayed failed(AcceptedCall accepted, WatchedBody body, Server server, String cause) {
    ApiError error = ApiError.INTERNAL;
    if (body.failure() instanceof BodyTooLargeException tooLarge) {
      error = ApiError.tooLarge("The request's body", tooLarge.limit());
    } else if (!accepted.caller().isCancelled() && body.failure() == null) {
      observer.callFailed(accepted.call(), server, cause);
    }
    return new Relayed(Answers.failed(accepted.call(), error), false, "");
  }

  static String causeOf(Outcome outcome) {
    return outcome instanceof Outcome.NotSent notSent
        ? Failures.describe(notSent.cause())
        : outcome instanceof Outcome.NoAnswer noAnswer ? Failures.describe(noAnswer.cause()) : "";
  }

  /** Whether a server says that it does not have the call, or not with this method. */
  private static boolean lacksCall(int status) {
    return status == 404 || status == 405;
  }

  /** Calls that older servers do not have, and answer with a page that says so. */
  private static boolean mayBeUnknown(ApiCall call) {
    return call.scope() == CallScope.PASSED
        || call.equals(ApiCall.SEND_CHAT_MESSAGE)
        || call.equals(ApiCall.INSERT_DOCUMENT)
        || call.scope() == CallScope.RECORDING;
  }

  private static boolean isJson(byte[] bytes) {
    for (byte b : bytes) {
      if (b > ' ') {
        return b == '{';
      }
    }
    return false;
  }
}
