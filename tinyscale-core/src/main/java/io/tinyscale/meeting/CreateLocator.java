package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Agreement;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

/**
 * Finds out where a create goes, as {@link MeetingDirectory#locateForCreate} says it. A meeting is
 * made anew only if its server is down by verdict, does not answer a last question, and either was
 * seen without people or has not answered for as long as {@link Patience} says. Until then the
 * create waits.
 */
final class CreateLocator {

  /** From one look to the next, while a create waits for the word of a server. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final MeetingLocator meetings;
  private final MeetingTable table;
  private final ServerPool pool;
  private final ServerCalls calls;
  private final Patience patience;
  private final OtherBalancers others;
  private final Agreement agreement;
  private final Duration confirmation;

  /**
   * Finds meetings that are not remembered with this locator, whose table this is.
   *
   * @param agreement what other balancers tell: a server that one of them reaches is not given up
   * @param confirmation how long a server may take to say that it still has a meeting
   */
  CreateLocator(
      MeetingLocator meetings,
      MeetingTable table,
      ServerPool pool,
      ServerCalls calls,
      Patience patience,
      OtherBalancers others,
      Agreement agreement,
      Duration confirmation) {
    this.meetings = meetings;
    this.table = table;
    this.pool = pool;
    this.calls = calls;
    this.patience = patience;
    this.others = others;
    this.agreement = agreement;
    this.confirmation = confirmation;
  }

  CompletionStage<Location> locate(MeetingId meetingId, Deadline deadline) {
    CompletableFuture<Location> location =
        look(new WaitingCreate(meetingId, deadline, calls.nanoClock().getAsLong()))
            .toCompletableFuture();
    if (location.isDone()) {
      return location;
    }
    CompletableFuture<Location> tooLate = new CompletableFuture<>();
    Future<?> alarm = calls.at(deadline, () -> tooLate.complete(new Location.Unknown(List.of())));
    location.whenComplete((found, bug) -> alarm.cancel(false));
    return tooLate.applyToEither(location, found -> found);
  }

  /**
   * A create that may have to wait.
   *
   * @param begun when it began to look for its meeting
   */
  private record WaitingCreate(MeetingId meetingId, Deadline deadline, long begun) {}

  private CompletionStage<Location> look(WaitingCreate wait) {
    return holder(wait)
        .thenApply(finding -> forCreate(wait, finding))
        .thenCompose(location -> orWait(wait, location));
  }

  /** A server that does not answer may answer soon, or be given up: then we look again. */
  private CompletionStage<Location> orWait(WaitingCreate wait, Location location) {
    Deadline next = calls.in(PAUSE);
    boolean mayChange =
        location instanceof Location.Unknown unknown
            && unknown.silent().stream().anyMatch(patience::isSilent);
    if (!mayChange || !isTimeToAsk(wait, PAUSE)) {
      return located(location);
    }
    CompletableFuture<Void> time = new CompletableFuture<>();
    try {
      calls.at(next, () -> time.complete(null));
    } catch (RejectedExecutionException closed) {
      return located(location);
    }
    return time.thenCompose(now -> look(wait));
  }

  /**
   * Whether a server has time to answer a question that goes out after this pause. With less time a
   * server that is well would count as silent.
   */
  private boolean isTimeToAsk(WaitingCreate wait, Duration pause) {
    long least = Math.min(MeetingLocator.LAST_QUESTION.toNanos(), confirmation.toNanos() / 2);
    return wait.deadline().remainingNanos(calls.nanoClock()) - pause.toNanos() >= least;
  }

  private CompletionStage<Finding> holder(WaitingCreate wait) {
    MeetingId meetingId = wait.meetingId();
    Optional<Whereabouts> whereabouts = table.find(meetingId);
    Optional<ServerStatus> status = whereabouts.flatMap(this::status);
    if (status.isEmpty()) {
      return meetings.locateFresh(meetingId);
    }
    Server server = status.get().server();
    boolean isUp = status.get().health().isUp();
    boolean isSure = !whereabouts.get().isDoubtful() && !agreement.isEnding(meetingId);
    if (isUp && status.get().takesNewMeetings() && isSure && !patience.isSilent(server)) {
      return found(new Location.Found(server));
    }
    if (!isTimeToAsk(wait, Duration.ZERO)) {
      return found(new Location.Unknown(List.of(server)));
    }
    return isUp
        ? confirmed(wait, server)
        : meetings
            .locateBeside(meetingId, server, wait.deadline())
            .thenApply(finding -> unlessCopiesRemain(wait, finding));
  }

  /** A meeting that nobody shows may live on where nobody can see it. */
  private Finding unlessCopiesRemain(WaitingCreate wait, Finding finding) {
    if (finding.location() instanceof Location.Found) {
      return finding;
    }
    List<Server> keepers =
        table.find(wait.meetingId()).stream()
            .flatMap(Whereabouts::copies)
            .flatMap(copy -> pool.status(copy.server()).stream())
            .filter(status -> !status.reachable())
            .map(ServerStatus::server)
            .filter(server -> !cannotHold(server, finding, wait))
            .toList();
    if (keepers.isEmpty()) {
      return finding;
    }
    return finding.location() instanceof Location.Unknown unknown
        ? new Finding(
            new Location.Unknown(
                Stream.concat(keepers.stream(), unknown.silent().stream()).distinct().toList(),
                unknown.overloaded()),
            finding.unable())
        : new Finding(new Location.Unknown(keepers), finding.unable());
  }

  /** Asks a server whether it still has the meeting that is remembered there. */
  private CompletionStage<Finding> confirmed(WaitingCreate wait, Server server) {
    MeetingId meetingId = wait.meetingId();
    Duration time = patience.isSilent(server) ? MeetingLocator.LAST_QUESTION : confirmation;
    long asked = calls.nanoClock().getAsLong();
    return calls
        .ask(
            server,
            ApiCall.GET_MEETING_INFO,
            QueryString.EMPTY.withEncoded("meetingID", meetingId.text()),
            calls.in(time).earlier(wait.deadline()),
            new Cancellation())
        .thenCompose(
            reply -> {
              if (!(reply instanceof Reply.Said said)) {
                return found(
                    new Location.Unknown(List.of(server), reply instanceof Reply.Overloaded));
              }
              if (said.content().succeeded()) {
                return found(new Location.Found(server));
              }
              if (!said.content().deniesMeeting()) {
                return found(new Location.Unknown(List.of(server)));
              }
              return meetings.locateFreshAfterDenial(meetingId, server, asked);
            });
  }

  /** What a location means for a create. */
  private Location forCreate(WaitingCreate wait, Finding finding) {
    MeetingId meetingId = wait.meetingId();
    return finding
        .location()
        .fold(
            found -> found,
            absent -> ifThereIsRoom(meetingId, absent),
            unknown ->
                unknown.silent().stream().allMatch(silent -> cannotHold(silent, finding, wait))
                    ? ifThereIsRoom(
                        meetingId, new Location.Absent(unknown.silent(), unknown.overloaded()))
                    : unknown);
  }

  /** A meeting that is not remembered cannot be kept from being made twice. */
  private Location ifThereIsRoom(MeetingId meetingId, Location.Absent absent) {
    return table.isFull() && !table.contains(meetingId)
        ? new Location.Unknown(List.of(), true)
        : absent;
  }

  /**
   * Whether a silent server is out of the question as the meeting's holder. If it may have a copy,
   * it must be down, and the copy empty or our patience over. Else its last sweep, and all that
   * passed since, must know nothing of the meeting. That sweep is enough while nobody else makes
   * meetings. Otherwise another balancer may have made the meeting there since: then the sweep
   * counts only if the server is down, or answers and cannot tell, which may take until somebody
   * mends it. A server that was never swept may hold anything until our patience is over, unless it
   * refuses our secret: a wrong secret must not keep all rooms closed. A server that another
   * balancer reaches is not given up, however long it is silent for us: people are there.
   */
  private boolean cannotHold(Server silent, Finding finding, WaitingCreate wait) {
    MeetingId meetingId = wait.meetingId();
    Optional<ServerStatus> status = pool.status(silent.name()).filter(ServerStatus::inUse);
    if (status.isEmpty()) {
      return true;
    }
    boolean isDown = !status.get().health().isUp();
    boolean answersAndCannotTell =
        finding.unable().contains(silent) && patience.hasAnsweredSince(silent, wait.begun());
    if (table.mayBeOn(meetingId, silent.name())) {
      return isDown
          && !answersAndCannotTell
          && !agreement.othersReach(silent)
          && (wasEmpty(meetingId, silent) || patience.isOver(silent));
    }
    boolean isGivenUp = patience.isOver(silent) && !agreement.othersReach(silent);
    if (!status.get().swept()) {
      return status.get().refusesSecret() || isGivenUp;
    }
    return isDown || others.isAlone() || answersAndCannotTell;
  }

  private boolean wasEmpty(MeetingId meetingId, Server server) {
    return table.find(meetingId).stream()
        .flatMap(Whereabouts::copies)
        .anyMatch(copy -> copy.server().equals(server.name()) && isEmpty(copy));
  }

  /** If others make meetings, a create since may have been followed by joins through them. */
  private boolean isEmpty(Copy copy) {
    return copy.surelyEmpty() && (others.isAlone() || copy.noCreateSince(copy.asked()));
  }

  private Optional<ServerStatus> status(Whereabouts whereabouts) {
    return pool.status(whereabouts.server()).filter(ServerStatus::inUse);
  }

  private static CompletionStage<Finding> found(Location location) {
    return CompletableFuture.completedStage(new Finding(location));
  }

  private static CompletionStage<Location> located(Location location) {
    return CompletableFuture.completedStage(location);
  }
}
