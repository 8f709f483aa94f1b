package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Finds out where a join goes if other balancers make meetings, too, as {@link
 * MeetingDirectory#locateForJoin} says it. Joins of the same meeting that come at the same time
 * share their question. Thread-safe.
 */
final class JoinLocator {

  /**
   * If a server goes down, people of all its meetings join at once. Beyond this many meetings what
   * is remembered counts.
   */
  static final int MOST_QUESTIONS = 400;

  private final MeetingLocator meetings;
  private final RememberedHolders holders;
  private final ServerReports reports;
  private final HolderSearch search;
  private final ServerCalls calls;
  private final Duration patience;
  private final Duration absence;
  private final LongSupplier nanoClock;
  private final SingleFlight<MeetingId, HolderSearch.Result> questions = new SingleFlight<>();

  /**
   * Finds meetings that are not remembered with this locator.
   *
   * @param reports takes what the servers answer
   * @param patience how long a server may take to answer
   * @param absence how old a question may be that a join shares
   */
  JoinLocator(
      MeetingLocator meetings,
      RememberedHolders holders,
      ServerReports reports,
      HolderSearch search,
      ServerCalls calls,
      Duration patience,
      Duration absence) {
    this.meetings = meetings;
    this.holders = holders;
    this.reports = reports;
    this.search = search;
    this.calls = calls;
    this.patience = patience;
    this.absence = absence;
    this.nanoClock = calls.nanoClock();
  }

  CompletionStage<Location> locate(MeetingId meetingId) {
    List<Server> doubtful = holders.doubtful(meetingId);
    if (doubtful.isEmpty() || questions.inFlight() >= MOST_QUESTIONS) {
      return meetings.locate(meetingId);
    }
    long now = nanoClock.getAsLong();
    return questions
        .run(
            meetingId,
            now,
            now - absence.toNanos(),
            () -> search.ask(meetingId, doubtful, calls.in(patience)))
        .thenCompose(
            result -> {
              reports.shown(result);
              return meetings.locate(meetingId);
            });
  }
}
