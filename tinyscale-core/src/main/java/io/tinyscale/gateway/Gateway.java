package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.Verdict;
import io.tinyscale.upstream.FanOut;
import io.tinyscale.upstream.ServerCalls;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The journey of a call: authenticate, find out who must answer, locate that server or place the
 * call, sign, send, answer. Asynchronous and thread-safe.
 */
public final class Gateway {

  private static final int SHORTEST_MEETING_ID = 2;
  private static final int LONGEST_MEETING_ID = 256;

  private final Admission admission;
  private final Authenticator authenticator;
  private final MeetingDirectory directory;
  private final Placer placer;
  private final GatewayObserver observer;
  private final Relay relay;
  private final CreateHandler creates;
  private final Joins joins;
  private final MeetingCalls meetings;
  private final RecordingCalls recordings;
  private final MergedLists lists;
  private final HookCalls hooks;
  private final SharedReads reads;
  private final RunningCalls running;

  /**
   * Puts the parts together.
   *
   * @param hookCopies is told of webhooks that not all servers have heard of
   * @param work runs what waits in line for its turn, and merges lists
   */
  public Gateway(
      Authenticator authenticator,
      ServerPool pool,
      MeetingDirectory directory,
      PlacementPolicy policy,
      ServerCalls calls,
      HookCopies hookCopies,
      GatewayLimits limits,
      GatewayObserver observer,
      Executor work) {
    this.admission = new Admission(limits);
    this.authenticator = authenticator;
    Placer placer = new Placer(pool, policy);
    this.placer = placer;
    this.directory = directory;
    this.observer = observer;
    this.relay = new Relay(calls, limits, observer);
    this.creates =
        new CreateHandler(directory, placer, calls, relay, limits, observer, new CreateGate(work));
    this.joins = new Joins(directory);
    this.meetings = new MeetingCalls(directory, relay, calls.nanoClock());
    FanOut fanOut = new FanOut(pool, calls, observer::callFailed);
    RecordingOwners owners = new RecordingOwners();
    this.recordings = new RecordingCalls(pool, calls, fanOut, relay, owners, limits);
    this.lists = new MergedLists(directory, calls, fanOut, limits, owners, observer, work);
    this.hooks = new HookCalls(calls, fanOut, hookCopies, limits, observer);
    this.reads =
        new SharedReads(limits.reuse(), id -> directory.idOf(id.text()), calls.nanoClock());
    this.running = new RunningCalls(limits.calls(), observer);
  }

  /**
   * Answers one call.
   *
   * @param caller to be cancelled when nobody waits for the answer any more
   * @return the answer; never completed exceptionally
   */
  public CompletionStage<Answer> handle(ApiRequest request, Cancellation caller) {
    return Stages.started(() -> journey(request, caller))
        .exceptionally(
            bug -> {
              observer.bug(request.call(), bug);
              return Answers.failed(request.call(), ApiError.INTERNAL);
            });
  }

  /** How many calls of front ends are being answered. */
  public int callsInFlight() {
    return running.count();
  }

  /** Done as soon as every call that front ends made has been answered. */
  public CompletionStage<Void> allAnswered() {
    return running.allAnswered();
  }

  private CompletionStage<Answer> journey(ApiRequest request, Cancellation caller) {
    if (request.call().equals(ApiCall.ROOT)) {
      return answered(root(request));
    }
    if (!Admission.takesMethod(request)) {
      observer.callRefused(request.call(), ApiError.UNSUPPORTED.messageKey());
      return answered(Answers.methodNotAllowed(request.call()));
    }
    Optional<ApiError> objection = admission.objection(request);
    if (objection.isPresent()) {
      return refused(request, objection.get());
    }
    return admission
        .form(request)
        .thenCompose(
            form ->
                form instanceof Admission.Form.Read read
                    ? authenticated(request, read.parameters(), caller)
                    : refused(request, ((Admission.Form.Refused) form).error()));
  }

  private CompletionStage<Answer> authenticated(
      ApiRequest request, QueryString form, Cancellation caller) {
    Verdict verdict =
        authenticator.authenticate(
            request.call(), request.query(), form, Admission.hasOtherBody(request));
    if (!(verdict instanceof Verdict.Accepted accepted)) {
      return refused(request, rejection(request.call(), ((Verdict.Rejected) verdict).error()));
    }
    ApiRequest covered =
        request.withQuery(accepted.parameters()).withBody(Admission.passedOn(request));
    AcceptedCall call = new AcceptedCall(covered, accepted.tenant(), caller);
    // Behind the checksum: who has no secret takes no call's place.
    return running.run(caller, () -> route(call)).orElseGet(() -> overloaded(call));
  }

  private CompletionStage<Answer> overloaded(AcceptedCall accepted) {
    observer.callRefused(accepted.call(), ApiError.OVERLOADED.messageKey());
    return answered(
        accepted.call().equals(ApiCall.JOIN)
            ? joins.failed(accepted, ApiError.OVERLOADED)
            : Answers.failed(accepted.call(), ApiError.OVERLOADED));
  }

  /**
   * To putRecordingTextTrack the checksum is a parameter like any other, as long as it is missing.
   */
  private static ApiError rejection(ApiCall call, ApiError error) {
    return call.equals(ApiCall.PUT_RECORDING_TEXT_TRACK) && error.equals(ApiError.CHECKSUM_MISSING)
        ? ApiError.paramMissing("checksum")
        : error;
  }

  private CompletionStage<Answer> route(AcceptedCall accepted) {
    return switch (accepted.call().scope()) {
      case MEETING -> meeting(accepted);
      case RECORDING -> recording(accepted);
      case MERGED -> list(accepted);
      case BROADCAST -> broadcast(accepted);
      case HOOKS -> hooks(accepted);
      case PASSED -> passed(accepted);
      case LOCAL, REFUSED -> refused(accepted.request(), ApiError.UNSUPPORTED);
    };
  }

  private CompletionStage<Answer> meeting(AcceptedCall accepted) {
    String given = accepted.request().meetingId().orElse("");
    Optional<ApiError> mistake = mistakeIn(given);
    MeetingId meetingId = directory.idOf(given);
    if (accepted.call().equals(ApiCall.JOIN)) {
      return mistake.isPresent()
          ? answered(joins.failed(accepted, mistake.get()))
          : changing(
              () -> reads.invalidateByJoin(directory.idOf(given)),
              () -> joins.answer(accepted, meetingId, () -> passOver(accepted)));
    }
    if (mistake.isPresent()) {
      return refused(accepted.request(), mistake.get());
    }
    if (accepted.call().equals(ApiCall.CREATE)) {
      return changing(given, () -> creates.answer(accepted, meetingId));
    }
    if (accepted.call().readOnly()) {
      return shared(
          accepted, meetingId, call -> meetings.answer(call, meetingId, () -> passOver(accepted)));
    }
    return changing(given, () -> meetings.answer(accepted, meetingId, () -> passOver(accepted)));
  }

  private CompletionStage<Answer> list(AcceptedCall accepted) {
    ListingKind kind = ListingKind.of(accepted.call()).orElseThrow();
    return shared(accepted, SharedReads.LISTS, call -> lists.answer(call, kind));
  }

  private CompletionStage<Answer> shared(
      AcceptedCall accepted,
      MeetingId meetingId,
      Function<AcceptedCall, CompletionStage<Answer>> reading) {
    SharedReads.Key key =
        new SharedReads.Key(
            accepted.tenant().name(),
            accepted.call().name(),
            accepted.parameters().raw(),
            meetingId);
    return reads.answer(key, () -> reading.apply(accepted.forAll()));
  }

  /**
   * Answers that were read about a meeting are void from the moment a call may change it. The
   * directory is asked twice for the meeting's id: a call by an internal id may be how it learns
   * it.
   */
  private CompletionStage<Answer> changing(String given, Supplier<CompletionStage<Answer>> change) {
    return changing(() -> reads.invalidate(directory.idOf(given)), change);
  }

  private static CompletionStage<Answer> changing(
      Runnable invalidation, Supplier<CompletionStage<Answer>> change) {
    invalidation.run();
    return change.get().whenComplete((answer, bug) -> invalidation.run());
  }

  private CompletionStage<Answer> recording(AcceptedCall accepted) {
    Optional<ApiError> mistake = RecordingCalls.mistakeIn(accepted);
    return mistake.isPresent()
        ? refused(accepted.request(), mistake.get())
        : recordings.toOwner(
            accepted, accepted.request().recordId().orElseThrow(), () -> passOver(accepted));
  }

  private CompletionStage<Answer> broadcast(AcceptedCall accepted) {
    Optional<ApiError> mistake = RecordingCalls.mistakeIn(accepted);
    return mistake.isPresent()
        ? refused(accepted.request(), mistake.get())
        : changing(SharedReads.LISTS.text(), () -> recordings.toAll(accepted));
  }

  private CompletionStage<Answer> hooks(AcceptedCall accepted) {
    Optional<ApiError> mistake = HookCalls.mistakeIn(accepted);
    return mistake.isPresent()
        ? refused(accepted.request(), mistake.get())
        : hooks.answer(accepted);
  }

  /** A call unknown to us goes where its parameters point, or to the server whose turn it is. */
  private CompletionStage<Answer> passed(AcceptedCall accepted) {
    if (accepted.request().meetingId().isPresent()) {
      return meeting(accepted);
    }
    if (accepted.request().recordId().isPresent()) {
      return recording(accepted);
    }
    return placer
        .choose(accepted.placementRequest(MeetingId.NONE), List.of())
        .map(
            server ->
                relay
                    .relay(accepted, server, relay.deadline(accepted))
                    .thenApply(Relay.Relayed::answer))
        .orElseGet(() -> answered(Answers.failed(accepted.call(), ApiError.INTERNAL)));
  }

  private void passOver(AcceptedCall accepted) {
    placer.passOver(
        accepted.placementRequest(directory.idOf(accepted.request().meetingId().orElse(""))));
  }

  private static Optional<ApiError> mistakeIn(String meetingId) {
    if (meetingId.isEmpty()) {
      return Optional.of(ApiError.MEETING_ID_MISSING);
    }
    if (meetingId.length() < SHORTEST_MEETING_ID || meetingId.length() > LONGEST_MEETING_ID) {
      return Optional.of(ApiError.MEETING_ID_SIZE);
    }
    return meetingId.indexOf(',') >= 0 ? Optional.of(ApiError.MEETING_ID_COMMA) : Optional.empty();
  }

  private static Answer root(ApiRequest request) {
    return request.contentType().equals("application/json")
        ? Answers.json(ApiDocument.rootJson())
        : Answers.xml(ApiDocument.root());
  }

  private CompletionStage<Answer> refused(ApiRequest request, ApiError error) {
    observer.callRefused(request.call(), error.messageKey());
    // Servers give the errors of their first checks as XML, also for calls that answer in JSON,
    // but for those that are not for us, and for the parameters of putRecordingTextTrack.
    boolean inFormatOfCall =
        request.call().scope() == CallScope.REFUSED
            || error.messageKey().equals(MessageKeys.PARAM_ERROR);
    return answered(
        inFormatOfCall
            ? Answers.failed(request.call(), error)
            : Answers.xml(ApiDocument.failed(error)));
  }

  private static CompletionStage<Answer> answered(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
