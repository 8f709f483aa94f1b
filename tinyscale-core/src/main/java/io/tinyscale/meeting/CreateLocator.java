package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out where a create goes, as {@link MeetingDirectory#locateForCreate} says it. */
final class CreateLocator {

  private final ProbedDirectory directory;
  private final MeetingTable table;
  private final ServerPool pool;
  private final ServerCalls calls;
  private final OtherBalancers others;
  private final Duration confirmation;

  /**
   * Asks this directory, which remembers its meetings in this table.
   *
   * @param confirmation how long a server may take to say that it still has a meeting
   */
  CreateLocator(
      ProbedDirectory directory,
      MeetingTable table,
      ServerPool pool,
      ServerCalls calls,
      OtherBalancers others,
      Duration confirmation) {
    this.directory = directory;
    this.table = table;
    this.pool = pool;
    this.calls = calls;
    this.others = others;
    this.confirmation = confirmation;
  }

  CompletionStage<Location> locate(MeetingId meetingId, Deadline deadline) {
    return holder(meetingId, deadline).thenApply(finding -> forCreate(meetingId, finding));
  }

  private CompletionStage<Finding> holder(MeetingId meetingId, Deadline deadline) {
    Optional<Whereabouts> whereabouts = table.find(meetingId);
    Optional<ServerStatus> status = whereabouts.flatMap(this::status);
    if (status.isEmpty()) {
      return directory.locateFresh(meetingId);
    }
    if (!status.get().health().isUp()) {
      return directory.locateBeside(meetingId, status.get().server(), deadline);
    }
    boolean ending = whereabouts.get().state() == Whereabouts.State.ENDING;
    Server server = status.get().server();
    return status.get().takesNewMeetings() && !ending
        ? located(new Location.Found(server))
        : confirmed(meetingId, server, deadline);
  }

  /** Asks a server whether it still has the meeting that is remembered there. */
  private CompletionStage<Finding> confirmed(
      MeetingId meetingId, Server server, Deadline deadline) {
    long asked = calls.nanoClock().getAsLong();
    return calls
        .ask(
            server,
            ApiCall.GET_MEETING_INFO,
            QueryString.EMPTY.withEncoded("meetingID", meetingId.text()),
            calls.in(confirmation).earlier(deadline),
            new Cancellation())
        .thenCompose(
            reply -> {
              if (!(reply instanceof Reply.Said said)) {
                return located(
                    new Location.Unknown(List.of(server), reply instanceof Reply.Overloaded));
              }
              if (said.content().succeeded()) {
                return located(new Location.Found(server));
              }
              if (!said.content().deniesMeeting()) {
                return located(new Location.Unknown(List.of(server)));
              }
              return directory.locateFreshAfterDenial(meetingId, server, asked);
            });
  }

  /** What a location means for a create. */
  private Location forCreate(MeetingId meetingId, Finding finding) {
    return finding
        .location()
        .fold(
            found -> found,
            absent -> ifThereIsRoom(meetingId, absent),
            unknown ->
                unknown.silent().stream().allMatch(silent -> cannotHold(silent, finding, meetingId))
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
   * Whether a silent server is out of the question as the meeting's holder: it is down, or it
   * refuses our secret, or its last sweep, and all that passed since, knew nothing of the meeting.
   * That sweep is enough while nobody else makes meetings. Otherwise another balancer may have made
   * the meeting there since: then the sweep counts only if the server answers and cannot tell,
   * which may take until somebody mends it.
   */
  private boolean cannotHold(Server silent, Finding finding, MeetingId meetingId) {
    Optional<ServerStatus> status = pool.status(silent.name());
    if (status.isEmpty() || !status.get().health().isUp()) {
      return true;
    }
    boolean sweepCounts =
        status.get().swept() && (others.isAlone() || finding.unable().contains(silent));
    return (sweepCounts || status.get().refusesSecret())
        && !table.mayBeOn(meetingId, silent.name());
  }

  private Optional<ServerStatus> status(Whereabouts whereabouts) {
    return pool.status(whereabouts.server()).filter(ServerStatus::inUse);
  }

  private static CompletionStage<Finding> located(Location location) {
    return CompletableFuture.completedStage(new Finding(location));
  }
}
