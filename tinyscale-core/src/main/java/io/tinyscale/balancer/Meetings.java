package io.tinyscale.balancer;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.health.EndedCopy;
import io.tinyscale.health.EndingMeetings;
import io.tinyscale.health.MeetingEnds;
import io.tinyscale.meeting.KnownMeeting;
import io.tinyscale.meeting.KnownMeeting.Certainty;
import io.tinyscale.meeting.KnownMeeting.KnownCopy;
import io.tinyscale.meeting.KnownMeeting.Standing;
import io.tinyscale.meeting.Location;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The meetings of all servers, for administrators: finds, lists and ends them. What is ended here
 * is ended by the operator's word, whoever is in it. Thread-safe.
 */
public final class Meetings {

  private final ProbedDirectory directory;
  private final ServerPool pool;
  private final MeetingEnds ends;

  Meetings(ProbedDirectory directory, ServerPool pool, MeetingEnds ends) {
    this.directory = directory;
    this.pool = pool;
    this.ends = ends;
  }

  /**
   * Finds a meeting by its external id or by the internal id of one of its copies.
   *
   * @param asks whether the servers are asked if the meeting is not remembered; if not, what they
   *     told in their sweeps decides
   * @return never completed exceptionally
   */
  public CompletionStage<MeetingSearch> find(String externalOrInternal, boolean asks) {
    Optional<KnownMeeting> known = directory.known().find(externalOrInternal);
    if (known.isPresent()) {
      return CompletableFuture.completedStage(new MeetingSearch.Found(known.get()));
    }
    MeetingId meetingId = new MeetingId(externalOrInternal);
    return (asks
            ? directory.locate(meetingId)
            : CompletableFuture.completedStage(directory.locateUnasked(meetingId)))
        .thenApply(
            location ->
                location.fold(
                    found -> new MeetingSearch.Found(justFound(meetingId, found)),
                    absent -> new MeetingSearch.Absent(),
                    unknown -> new MeetingSearch.Unknown(names(unknown.silent()))));
  }

  /** There may have been no room to remember it. */
  private KnownMeeting justFound(MeetingId meetingId, Location.Found found) {
    return directory
        .known()
        .find(meetingId.text())
        .orElseGet(
            () ->
                new KnownMeeting(
                    meetingId,
                    Certainty.CERTAIN,
                    new KnownCopy(
                        found.server().name(),
                        "",
                        HeldMeeting.UNKNOWN,
                        0,
                        Duration.ZERO,
                        Standing.CHOSEN),
                    List.of()));
  }

  private static List<String> names(List<Server> servers) {
    return servers.stream().map(Server::name).toList();
  }

  /**
   * Meetings that are remembered, in the order of their ids.
   *
   * @param server only those with a copy on the server of this name; all if it is empty
   * @param after only those behind this id; from the beginning if it is empty
   * @param most how many
   */
  public List<KnownMeeting> list(String server, String after, int most) {
    return directory.known().list(server, after, most);
  }

  /**
   * Meetings in which people may meet in two places, in the order of their ids.
   *
   * @param most how many
   */
  public List<KnownMeeting> split(int most) {
    return directory.known().split(most);
  }

  /**
   * Ends every copy of a meeting, on servers that are in the pool.
   *
   * @param meeting as it was found
   * @return what became of each copy, the one that calls go to first; never completed exceptionally
   */
  public CompletionStage<List<EndedCopy>> end(KnownMeeting meeting) {
    CompletionStage<List<EndedCopy>> all = CompletableFuture.completedStage(List.of());
    for (KnownCopy copy : meeting.copies()) {
      CompletionStage<EndedCopy> ended = end(meeting, copy.server());
      all =
          all.thenCombine(
              ended,
              (before, last) -> {
                List<EndedCopy> both = new ArrayList<>(before);
                both.add(last);
                return List.copyOf(both);
              });
    }
    return all;
  }

  /**
   * Ends the copy of a meeting on one server; copies on other servers go on.
   *
   * @param meeting as it was found
   * @param server the server's name
   * @return what became of it; never completed exceptionally
   */
  public CompletionStage<EndedCopy> end(KnownMeeting meeting, String server) {
    Optional<Server> there = pool.status(server).map(ServerStatus::server);
    String internalId =
        meeting.copies().stream()
            .filter(copy -> copy.server().equals(server))
            .map(KnownCopy::internalId)
            .findFirst()
            .orElse("");
    return there.isEmpty()
        ? CompletableFuture.completedStage(
            new EndedCopy(server, EndedCopy.Result.ABSENT, "no such server"))
        : ends.end(there.get(), meeting.meetingId(), internalId);
  }

  /**
   * Ends every meeting that a server holds now, whatever its state is. While that runs, a second
   * call gets the same.
   *
   * @param server the server's name
   * @return empty if there is no such server
   */
  public Optional<EndingMeetings> endAll(String server) {
    return pool.status(server).map(ServerStatus::server).map(ends::endAll);
  }

  /**
   * How far the last end of all meetings of a server has come, by a person's word or by a drain's.
   *
   * @param server the server's name
   * @return empty if there was none since the start
   */
  public Optional<EndingMeetings> lastEnd(String server) {
    return ends.last(server);
  }
}
