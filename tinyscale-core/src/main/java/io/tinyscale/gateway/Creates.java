package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.gateway.CreateGate.Turn;
import io.tinyscale.meeting.Location;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The call that makes meetings, and the one that could make two of one. A create goes to the server
 * that holds its meeting. If none does, it is placed: one create at a time per meetingID, the
 * directory told before anything is sent, and never a second server while the first may have acted.
 */
final class Creates {

  private final ServerPool pool;
  private final MeetingDirectory directory;
  private final Placer placer;
  private final ServerCalls calls;
  private final Relay relay;
  private final GatewayLimits limits;
  private final GatewayObserver observer;
  private final CreateGate gate;

  Creates(
      ServerPool pool,
      MeetingDirectory directory,
      Placer placer,
      ServerCalls calls,
      Relay relay,
      GatewayLimits limits,
      GatewayObserver observer,
      CreateGate gate) {
    this.pool = pool;
    this.directory = directory;
    this.placer = placer;
    this.calls = calls;
    this.relay = relay;
    this.limits = limits;
    this.observer = observer;
    this.gate = gate;
  }

  CompletionStage<Answer> answer(AcceptedCall create, MeetingId meetingId) {
    Create running = new Create(create, meetingId);
    CompletableFuture<Answer> decided =
        gate.enter(meetingId).thenCompose(running::decide).toCompletableFuture();
    if (decided.isDone() || running.isSent()) {
      return decided;
    }
    CompletableFuture<Answer> tooLate = new CompletableFuture<>();
    Future<?> alarm =
        calls.at(
            running.deadline,
            () -> {
              if (running.abandon()) {
                tooLate.complete(running.failed(ApiError.INTERNAL));
              }
            });
    decided.whenComplete((answer, bug) -> alarm.cancel(false));
    return tooLate.applyToEither(decided, answer -> answer);
  }

  /** How far a create has come: it is sent and cannot be abandoned any more, or abandoned. */
  private enum Stage {
    WAITING,
    SENT,
    ABANDONED
  }

  /**
   * One create on its way. It has one deadline, for its turn, for the questions before it is sent,
   * and for its answer; only its upload takes as long as it moves.
   */
  private final class Create {

    private final AcceptedCall create;
    private final AcceptedCall attempt;
    private final MeetingId meetingId;
    private final PlacementRequest request;
    private final WatchedBody body;
    private final List<Server> unreachable = new ArrayList<>(0);
    private final Deadline deadline;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private volatile boolean overloaded;

    Create(AcceptedCall create, MeetingId meetingId) {
      this.create = create;
      this.attempt = create.attempt();
      this.meetingId = meetingId;
      this.request = create.placementRequest(meetingId);
      this.body = new WatchedBody(create.body());
      this.deadline = relay.deadline(create);
    }

    /** Gives up; false if the create may be on its way to a server. */
    boolean abandon() {
      return stage.compareAndSet(Stage.WAITING, Stage.ABANDONED);
    }

    boolean isSent() {
      return stage.get() == Stage.SENT;
    }

    /** Whether the create may go out now; from then on it is not abandoned. */
    private boolean maySend() {
      return deadline.remainingNanos(calls.nanoClock()) > 0
          && (stage.compareAndSet(Stage.WAITING, Stage.SENT) || isSent());
    }

    /** Finds out where the create goes; the turn ends as soon as that is settled. */
    CompletionStage<Answer> decide(Turn turn) {
      if (stage.get() == Stage.ABANDONED || create.caller().isCancelled()) {
        turn.end();
        return CompletableFuture.completedStage(failed(ApiError.INTERNAL));
      }
      return CompletableFuture.completedStage(turn)
          .thenCompose(mine -> holder())
          .thenCompose(holder -> settle(turn, holder))
          .whenComplete((answer, bug) -> turn.end());
    }

    private CompletionStage<Answer> settle(Turn turn, Location holder) {
      if (holder instanceof Location.Found found) {
        turn.end();
        return sendTo(found.server());
      }
      if (holder instanceof Location.Unknown unknown) {
        if (!unknown.silent().stream().allMatch(this::cannotHold)) {
          return CompletableFuture.completedStage(failed(Answers.errorFor(unknown)));
        }
        overloaded = unknown.overloaded();
        // Who does not answer a question is not given a meeting.
        unreachable.addAll(unknown.silent());
      }
      return placeAnywhere();
    }

    /**
     * The server that holds the meeting. What is remembered counts, with two exceptions: a meeting
     * that is ending, or that is on a server without new meetings, is looked for; and one on a
     * server that is down is given up.
     */
    private CompletionStage<Location> holder() {
      Optional<Server> remembered = directory.remembered(meetingId);
      if (remembered.isEmpty()) {
        return directory.locate(meetingId);
      }
      Optional<ServerStatus> status = pool.status(remembered.get().name());
      if (status.isEmpty() || !status.get().health().isUp()) {
        return CompletableFuture.completedStage(new Location.Absent());
      }
      if (status.get().takesNewMeetings() && !directory.isEnding(meetingId)) {
        return CompletableFuture.completedStage(new Location.Found(remembered.get()));
      }
      return lookFor(remembered.get());
    }

    private CompletionStage<Location> lookFor(Server server) {
      QueryString question = QueryString.EMPTY.withEncoded("meetingID", meetingId.text());
      long asked = calls.nanoClock().getAsLong();
      return calls
          .ask(
              server,
              ApiCall.GET_MEETING_INFO,
              question,
              calls.in(limits.answer()).earlier(deadline),
              new Cancellation())
          .thenCompose(
              reply -> {
                if (!(reply instanceof Reply.Said said)) {
                  return CompletableFuture.completedStage(
                      new Location.Unknown(List.of(server), reply instanceof Reply.Overloaded));
                }
                if (said.content().succeeded()) {
                  return CompletableFuture.completedStage(new Location.Found(server));
                }
                if (!said.content().deniesMeeting()) {
                  return CompletableFuture.completedStage(new Location.Unknown(List.of(server)));
                }
                return directory.locateAfterDenial(meetingId, server, asked);
              });
    }

    /**
     * Whether a silent server is out of the question as the meeting's holder: it is down, or its
     * last sweep, and all that passed since, knew nothing of the meeting. One server that has just
     * died must not keep every new meeting from being made until the verdict.
     */
    private boolean cannotHold(Server silent) {
      Optional<ServerStatus> status = pool.status(silent.name());
      return status.isEmpty()
          || !status.get().health().isUp()
          || status.get().swept()
              && directory.remembered(meetingId).filter(silent::equals).isEmpty();
    }

    private CompletionStage<Answer> placeAnywhere() {
      Optional<Server> chosen = placer.choose(request, unreachable);
      if (chosen.isEmpty()) {
        return CompletableFuture.completedStage(
            failed(overloaded ? ApiError.OVERLOADED : ApiError.NO_SERVER));
      }
      if (!directory.hasRoomFor(meetingId)) {
        placer.failed(request, chosen.get());
        return CompletableFuture.completedStage(failed(ApiError.OVERLOADED));
      }
      if (!maySend()) {
        placer.failed(request, chosen.get());
        return CompletableFuture.completedStage(failed(ApiError.INTERNAL));
      }
      Server server = directory.place(meetingId, chosen.get());
      if (!server.equals(chosen.get())) {
        placer.failed(request, chosen.get());
        return sendTo(server);
      }
      return relay
          .send(attempt, body.body(), server, deadline)
          .thenCompose(outcome -> placed(server, outcome));
    }

    private CompletionStage<Answer> placed(Server server, Outcome outcome) {
      if (outcome.mayTryAnotherServer(create.call())) {
        directory.notPlaced(meetingId, server);
        placer.failed(request, server);
        unreachable.add(server);
        if (outcome instanceof Outcome.Overloaded) {
          overloaded = true;
        } else {
          relay.failed(create, body, server, Relay.causeOf(outcome));
        }
        return body.canBeSent() && !create.caller().isCancelled()
            ? placeAnywhere()
            : CompletableFuture.completedStage(failed(ApiError.INTERNAL));
      }
      return read(server, outcome).thenApply(reply -> placed(server, reply));
    }

    private CompletionStage<Reply> read(Server server, Outcome outcome) {
      Deadline reading = calls.in(limits.answer());
      return calls.read(
          server,
          outcome,
          create.body().isEmpty() ? reading.earlier(deadline) : reading,
          attempt.caller());
    }

    private Answer placed(Server server, Reply reply) {
      if (reply instanceof Reply.Said said) {
        if (said.content().succeeded()) {
          observer.meetingPlaced(meetingId, server);
        }
        if (isHeldNow(said)) {
          placer.made(request, server);
        } else {
          placer.failed(request, server);
        }
        return learn(said);
      }
      if (reply instanceof Reply.WrongSecret) {
        directory.notPlaced(meetingId, server);
        placer.failed(request, server);
        observer.serverRefusesSecret(server);
        return failed(ApiError.INTERNAL);
      }
      // Nobody knows whether the meeting was made: whoever repeats the create must get there again.
      directory.placedPerhaps(meetingId, server);
      placer.unknown(request, server);
      return relay.failed(create, body, server, cause(reply)).answer();
    }

    private CompletionStage<Answer> sendTo(Server server) {
      if (!maySend()) {
        return CompletableFuture.completedStage(failed(ApiError.INTERNAL));
      }
      return relay
          .send(attempt, body.body(), server, deadline)
          .thenCompose(
              outcome ->
                  read(server, outcome)
                      .thenApply(
                          reply ->
                              sent(server, reply, !outcome.mayTryAnotherServer(create.call()))));
    }

    private Answer sent(Server server, Reply reply, boolean mayHaveActed) {
      if (reply instanceof Reply.Said said) {
        return learn(said);
      }
      if (reply instanceof Reply.WrongSecret) {
        observer.serverRefusesSecret(server);
        return failed(ApiError.INTERNAL);
      }
      if (reply instanceof Reply.Overloaded) {
        return failed(ApiError.OVERLOADED);
      }
      if (mayHaveActed) {
        // The meeting may have ended just before: then this create has perhaps made the next one.
        directory.placedPerhaps(meetingId, server);
      }
      return relay.failed(create, body, server, cause(reply)).answer();
    }

    private static boolean isHeldNow(Reply.Said said) {
      return said.content().succeeded() || said.content().messageKey().equals("idNotUnique");
    }

    private Answer learn(Reply.Said said) {
      if (said.content().succeeded()) {
        directory.holds(meetingId, said.content().text("internalMeetingID"), said.server());
      } else if (said.content().messageKey().equals("idNotUnique")) {
        directory.holds(meetingId, "", said.server());
      } else {
        directory.notPlaced(meetingId, said.server());
      }
      return new Answer.Relay(said.headers(), said.body());
    }

    private String cause(Reply reply) {
      return reply instanceof Reply.Nothing nothing ? nothing.cause() : "";
    }

    private Answer failed(ApiError error) {
      return Answers.failed(create.call(), error);
    }
  }
}
