package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.body.Body;
import io.tinyscale.body.Stages;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.CallLimits;
import io.tinyscale.call.Relay;
import io.tinyscale.call.WatchedBody;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.gateway.CreateGate.Turn;
import io.tinyscale.meeting.Location;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.meeting.Placement;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;
import io.tinyscale.store.Claims;
import io.tinyscale.store.Decided;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Attempted;
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
import java.util.function.Supplier;

/**
 * The call that makes meetings, and the one that could make two of one. A create goes to the server
 * that holds its meeting. If no server does, the meeting is placed: one create at a time per
 * meetingID, the directory told before anything is sent, and never a second server while the first
 * may have acted.
 */
final class CreateHandler implements CallHandler {

  /** How often a create that could not be sent to its meeting's server asks where to go. */
  private static final int MOST_RETURNS = 3;

  private final MeetingDirectory directory;
  private final Placer placer;
  private final ServerCalls calls;
  private final Relay relay;
  private final CallLimits limits;
  private final GatewayObserver observer;
  private final CreateGate gate;
  private final CallbackUrls callbackUrls;
  private final Claims claims;

  CreateHandler(
      MeetingDirectory directory,
      Placer placer,
      ServerCalls calls,
      Relay relay,
      CallLimits limits,
      GatewayObserver observer,
      CreateGate gate,
      CallbackUrls callbackUrls,
      Claims claims) {
    this.directory = directory;
    this.placer = placer;
    this.calls = calls;
    this.relay = relay;
    this.limits = limits;
    this.observer = observer;
    this.gate = gate;
    this.callbackUrls = callbackUrls;
    this.claims = claims;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall create) {
    MeetingId meetingId = directory.idOf(create.givenMeetingId());
    Create running = new Create(create, meetingId);
    CompletableFuture<Answer> decided =
        gate.enter(meetingId).thenCompose(running::decide).toCompletableFuture();
    if (decided.isDone()) {
      return decided;
    }
    CompletableFuture<Answer> tooLate = new CompletableFuture<>();
    Future<?> alarm =
        calls.at(
            running.deadline,
            () -> {
              if (running.departure.giveUp()) {
                tooLate.complete(running.failed(ApiError.INTERNAL));
              }
            });
    decided.whenComplete((answer, bug) -> alarm.cancel(false));
    return tooLate.applyToEither(decided, answer -> answer);
  }

  /**
   * One create on its way. It has one deadline, for its turn, for the questions before it is sent,
   * and for its answer; only its upload takes as long as it moves.
   */
  private final class Create {

    private final AcceptedCall create;

    /** The create as servers get it. */
    private final AcceptedCall attempt;

    private final MeetingId meetingId;
    private final PlacementRequest request;
    private final WatchedBody body;

    /** Servers that did not answer a question, or could not be reached: they get no new meeting. */
    private final List<Server> unreachable = new ArrayList<>(0);

    private final Deadline deadline;

    /** Until when the create waits for the word of a server that does not answer. */
    private final Deadline word;

    private final Departure departure;
    private volatile boolean overloaded;
    private int returns;

    /** Whether the other creates of the meeting wait for this one. */
    private volatile boolean hasTurn;

    /** Whether a parent was found, whose server alone can make the meeting. */
    private volatile boolean hasParent;

    /** Whether all balancers have decided that the create goes where it goes. */
    private volatile boolean sure;

    Create(AcceptedCall create, MeetingId meetingId) {
      this.create = create;
      this.attempt =
          create
              .attempt()
              .withParameters(callbackUrls.inCreate(create.tenant(), create.parameters()));
      this.meetingId = meetingId;
      this.request = create.placementRequest(meetingId);
      this.body = new WatchedBody(create.body());
      this.deadline = relay.deadline(create);
      this.word = calls.in(limits.answer()).earlier(deadline);
      this.departure = new Departure(deadline, calls.nanoClock());
    }

    /** Finds out where the create goes; the turn ends as soon as that is settled. */
    CompletionStage<Answer> decide(Turn turn) {
      if (departure.isGivenUp() || create.caller().isCancelled()) {
        turn.end();
        return answered(failed(ApiError.INTERNAL));
      }
      return CompletableFuture.completedStage(turn)
          .thenCompose(mine -> directory.locateForCreate(meetingId, word))
          .thenCompose(
              location ->
                  location.fold(
                      found -> toHolder(found.server(), turn),
                      absent -> place(absent, turn),
                      unknown -> answered(failed(Answers.errorFor(unknown)))))
          .whenComplete((answer, bug) -> turn.end());
    }

    /**
     * Sends the create to the server that holds the meeting, unless balancers have decided
     * otherwise: then the meeting may have been ended and made anew elsewhere.
     */
    private CompletionStage<Answer> toHolder(Server holder, Turn turn) {
      return claims
          .decide(meetingId, holder, directory.givenUp(meetingId), false)
          .thenCompose(
              decided -> {
                if (decided.server().filter(holder::equals).isPresent()) {
                  sure = decided.sure();
                  return send(directory.held(meetingId, holder), turn);
                }
                return toOneOf(holder, decided, turn);
              });
    }

    /** Lets the servers say whether the meeting is where we know it, or where it was decided. */
    private CompletionStage<Answer> toOneOf(Server holder, Decided decided, Turn turn) {
      List<Server> asked = new ArrayList<>(List.of(holder));
      decided.server().ifPresent(asked::add);
      return directory
          .locateAmong(meetingId, asked, word)
          .thenCompose(
              location ->
                  location.fold(
                      found -> send(directory.held(meetingId, found.server()), turn),
                      absent ->
                          decided
                              .server()
                              .map(server -> placeOn(server, decided.sure(), turn))
                              .orElseGet(() -> answered(failed(ApiError.INTERNAL))),
                      unknown -> answered(failed(Answers.errorFor(unknown)))));
    }

    /** Sends the create to a server that our policy did not choose. */
    private CompletionStage<Answer> placeOn(Server server, boolean isSure, Turn turn) {
      return directory
          .place(meetingId, server)
          .thenCompose(
              placement -> {
                sure = isSure && placement.server().equals(server);
                return send(placement, turn);
              });
    }

    private CompletionStage<Answer> place(Location.Absent absent, Turn turn) {
      overloaded = absent.overloaded();
      unreachable.addAll(absent.silent());
      return create
          .parentMeetingId()
          .map(parent -> placeBeside(parent, turn))
          .orElseGet(() -> placeAnywhere(turn, Optional.empty()));
    }

    /**
     * Sends the create of a breakout room to the server of its parent: no other server can make it.
     * If no server has the parent, any server says so.
     */
    private CompletionStage<Answer> placeBeside(String parent, Turn turn) {
      return directory
          .locate(directory.idOf(parent))
          .thenCompose(
              location ->
                  location.fold(
                      found -> placeWithParent(found.server(), turn),
                      absent -> placeAnywhere(turn, Optional.empty()),
                      unknown -> answered(failed(Answers.errorFor(unknown)))));
    }

    private CompletionStage<Answer> placeWithParent(Server server, Turn turn) {
      hasParent = true;
      return departure.isTooLate()
          ? answered(failed(ApiError.INTERNAL))
          : directory.place(meetingId, server).thenCompose(placement -> send(placement, turn));
    }

    /**
     * Lets the policy choose a server.
     *
     * @param not the server that was chosen before, and certainly got nothing
     */
    private CompletionStage<Answer> placeAnywhere(Turn turn, Optional<Server> not) {
      Optional<Server> chosen = placer.choose(request, unreachable);
      if (chosen.isEmpty()) {
        return answered(
            failed(overloaded ? ApiError.OVERLOADED : placer.refusal(request, unreachable)));
      }
      if (departure.isTooLate()) {
        placer.failed(request, chosen.get());
        return answered(failed(ApiError.INTERNAL));
      }
      return not.map(former -> claims.decideAgain(meetingId, former, chosen.get()))
          .orElseGet(
              () -> claims.decide(meetingId, chosen.get(), directory.givenUp(meetingId), true))
          .thenCompose(decided -> placeAsDecided(decided, chosen.get(), turn));
    }

    private CompletionStage<Answer> placeAsDecided(Decided decided, Server chosen, Turn turn) {
      if (decided.server().filter(chosen::equals).isEmpty()) {
        placer.failed(request, chosen);
        return decided
            .server()
            .map(server -> placeOn(server, decided.sure(), turn))
            .orElseGet(() -> answered(failed(ApiError.INTERNAL)));
      }
      return directory
          .place(meetingId, chosen)
          .thenCompose(
              placement -> {
                sure = decided.sure() && placement.isNew();
                return send(heardByPolicy(placement, chosen), turn);
              });
    }

    /** A placement whose end the policy hears of, too; at once if its choice came to nothing. */
    private Placement heardByPolicy(Placement placement, Server chosen) {
      if (placement.isNew()) {
        return new HeardPlacement(placement, placer, request);
      }
      placer.failed(request, chosen);
      return placement;
    }

    /** Sends the create. Only if the meeting is new there, the turn lasts until the answer. */
    private CompletionStage<Answer> send(Placement placement, Turn turn) {
      hasTurn = placement.isNew();
      if (!hasTurn) {
        turn.end();
      } else if (!sure && directory.isShared()) {
        turn.makes();
      }
      if (!departure.leave()) {
        placement.failed();
        return answered(failed(ApiError.INTERNAL));
      }
      Server server = placement.server();
      Runnable keeping =
          sure && !create.body().isEmpty() ? claims.keep(meetingId, server) : () -> {};
      return relay
          .send(attempt, body.body(), server, deadline)
          .thenCompose(
              attempted ->
                  attempted.outcome().mayTryAnotherServer(create.call())
                      ? notSent(placement, attempted, turn)
                      : read(attempted).thenCompose(reply -> sent(placement, reply)))
          .whenComplete(
              (answer, bug) -> {
                keeping.run();
                if (bug != null) {
                  placement.unknown();
                }
              });
    }

    private CompletionStage<Answer> notSent(Placement placement, Attempted attempted, Turn turn) {
      placement.failed();
      Answer answer = unreached(attempted);
      if (hasParent || !body.canBeSent() || create.caller().isCancelled()) {
        return answered(answer);
      }
      if (placement.isNew()) {
        unreachable.add(placement.server());
        return placeAnywhere(turn, Optional.of(placement.server()));
      }
      // The server held the meeting, and nothing was sent: it is asked until it answers or is gone.
      return attempted.outcome() instanceof Outcome.NotSent
              && returns++ < MOST_RETURNS
              && departure.comeBack()
          ? gate.enter(meetingId).thenCompose(this::decide)
          : answered(answer);
    }

    private Answer unreached(Attempted attempted) {
      if (attempted.outcome() instanceof Outcome.Overloaded) {
        overloaded = true;
        return Answers.failed(create.call(), ApiError.OVERLOADED, attempted.server());
      }
      return relay.failed(create, body, attempted.server(), attempted.cause()).answer();
    }

    private CompletionStage<Reply> read(Attempted attempted) {
      Deadline reading = calls.in(limits.answer());
      return calls.read(
          attempted,
          create.body().isEmpty() ? reading.earlier(deadline) : reading,
          attempt.caller());
    }

    private CompletionStage<Answer> sent(Placement placement, Reply reply) {
      return reply.fold(
          said -> said(placement, said),
          nothing ->
              answered(nothing.failed() ? erred(placement, nothing) : unknown(placement, nothing)),
          () -> answered(unknown(placement, new Reply.Nothing(placement.server(), ""))),
          () -> {
            placement.failed();
            return answered(failed(ApiError.INTERNAL));
          });
    }

    /**
     * The server may have made the meeting, or the next one if the last has just ended. Whoever
     * repeats the create must get there again.
     */
    private Answer unknown(Placement placement, Reply.Nothing reply) {
      placement.unknown();
      return relay.failed(create, body, placement.server(), reply.cause()).answer();
    }

    /** The server acts no more: if it then denies the meeting, the meeting is made elsewhere. */
    private Answer erred(Placement placement, Reply.Nothing reply) {
      placement.erred();
      return relay.failed(create, body, placement.server(), reply.cause()).answer();
    }

    private CompletionStage<Answer> said(Placement placement, Reply.Said said) {
      Answer answer =
          new Answer.Relay(said.server(), said.content().messageKey(), said.headers(), said.body());
      if (!said.content().succeeded()) {
        if (said.content().messageKey().equals(MessageKeys.ID_NOT_UNIQUE)) {
          placement.made("");
        } else {
          placement.failed();
        }
        return answered(answer);
      }
      Server made = placement.server();
      if (placement.isNew()) {
        observer.meetingPlaced(meetingId, made);
      }
      placement.made(said.content().text("internalMeetingID"));
      // Otherwise the meeting was there before.
      boolean isMade = said.content().messageKey().isEmpty();
      if (isMade) {
        directory.made(meetingId, made);
      }
      if (sure || !directory.isShared()) {
        return answered(answer);
      }
      if (hasTurn) {
        return isMade ? confirmed(made, answer) : answered(answer);
      }
      return isMade ? inTurn(() -> confirmed(made, answer)) : onceSettled(made, answer);
    }

    private CompletionStage<Answer> confirmed(Server made, Answer answer) {
      return directory
          .confirm(meetingId, made, deadline)
          .thenCompose(kept -> kept.equals(made) ? answered(answer) : yieldTo(kept));
    }

    /** The meeting had ended: until this one is confirmed, it is open where the next one lives. */
    private CompletionStage<Answer> inTurn(Supplier<CompletionStage<Answer>> step) {
      return gate.enter(meetingId)
          .thenCompose(
              turn -> {
                hasTurn = true;
                turn.makes();
                return Stages.started(step).whenComplete((answer, bug) -> turn.end());
              });
    }

    /** Another create may have made the meeting just now, and may be about to yield. */
    private CompletionStage<Answer> onceSettled(Server holder, Answer answer) {
      return gate.settled(meetingId)
          .map(
              settled ->
                  settled.thenCompose(
                      now ->
                          directory
                              .remembered(meetingId)
                              .filter(kept -> !kept.equals(holder) && returns++ < MOST_RETURNS)
                              .map(this::yieldTo)
                              .orElseGet(() -> answered(answer))))
          .orElseGet(() -> answered(answer));
    }

    /**
     * Answers from the copy that another balancer made on this server. The server has the meeting,
     * so it needs no body, which may have been used up.
     */
    private CompletionStage<Answer> yieldTo(Server kept) {
      Placement placement = directory.held(meetingId, kept);
      return relay
          .send(attempt, Body.EMPTY, kept, deadline)
          .thenCompose(
              attempted -> {
                if (attempted.outcome().mayTryAnotherServer(create.call())) {
                  placement.failed();
                  return answered(unreached(attempted));
                }
                return read(attempted).thenCompose(reply -> sent(placement, reply));
              })
          .whenComplete(
              (answer, bug) -> {
                if (bug != null) {
                  placement.unknown();
                }
              });
    }

    private Answer failed(ApiError error) {
      return Answers.failed(create.call(), error);
    }
  }

  private static CompletionStage<Answer> answered(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
