package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Agreement;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Remembers where meetings are and asks the servers about those it does not know. Learns from
 * creates, from its own questions and from sweeps.
 *
 * <p>Where one meetingID shows up on two servers, everybody gets the same copy, which {@link
 * CopyChoice} chooses; the other is reported. A copy is no rival if the meeting was made anew
 * because its server was down: see {@link Leftovers}.
 */
public final class ProbedDirectory implements MeetingDirectory {

  /** Time for the question whether another server has the meeting that was just made. */
  private static final Duration CONFIRMATION = Duration.ofSeconds(1);

  private final ServerPool pool;
  private final Servers servers;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;

  private final Agreement agreement;
  private final Patience patience;

  private final MeetingTable table;
  private final RememberedHolders holders;
  private final KnownMeetings known;
  private final LastSweeps sweeps;
  private final OtherBalancers others;
  private final CreatesUnderWay underWay = new CreatesUnderWay();
  private final Leftovers leftovers;
  private final ServerReports reports;
  private final Absences absences;
  private final HolderSearch search;
  private final MeetingLocator locator;
  private final JoinLocator joins;
  private final CreateLocator creates;
  private final Confirmation confirmation;

  /** Shares nothing with other balancers. */
  public ProbedDirectory(
      ServerPool pool,
      ServerCalls calls,
      Patience patience,
      GatewayObserver observer,
      DirectorySettings settings) {
    this(pool, calls, patience, observer, settings, Agreement.NONE);
  }

  /**
   * Knows no meeting yet; tells time by the clock of the calls.
   *
   * @param agreement what other balancers tell
   */
  public ProbedDirectory(
      ServerPool pool,
      ServerCalls calls,
      Patience patience,
      GatewayObserver observer,
      DirectorySettings settings,
      Agreement agreement) {
    this.agreement = agreement;
    this.patience = patience;
    this.pool = pool;
    this.calls = calls;
    this.observer = observer;
    this.nanoClock = calls.nanoClock();
    this.table = new MeetingTable(new ReportedChanges(pool, observer), settings.meetings().most());
    this.sweeps = new LastSweeps(pool);
    this.others =
        new OtherBalancers(
            settings.meetings().balancers(), sweeps, settings.interval(), observer, nanoClock);
    this.servers = Servers.of(pool, others);
    this.holders = new RememberedHolders(table, pool, servers);
    this.known = new KnownMeetings(table, servers, nanoClock);
    TwiceListed twice = new TwiceListed(pool, observer);
    this.leftovers = new Leftovers(table, servers, twice, calls, observer, settings.question());
    this.reports =
        new ServerReports(
            table,
            servers,
            sweeps,
            twice,
            others,
            agreement,
            underWay,
            leftovers,
            settings.create(),
            nanoClock);
    this.absences = new Absences(settings.absence(), nanoClock);
    this.search = new HolderSearch(calls);
    this.locator =
        new MeetingLocator(
            pool,
            holders,
            reports,
            new SweptEvidence(
                pool, table, sweeps, others, patience, settings.interval(), nanoClock),
            absences,
            search,
            calls,
            agreement,
            observer,
            settings);
    this.joins =
        new JoinLocator(locator, holders, reports, search, calls, CONFIRMATION, settings.absence());
    this.creates =
        new CreateLocator(
            locator, table, pool, calls, patience, others, agreement, settings.confirmation());
    this.confirmation = new Confirmation(pool, settings.alike(), settings.interval(), nanoClock);
  }

  // Remembering.

  @Override
  public MeetingId idOf(String externalOrInternal) {
    return table.idOf(externalOrInternal);
  }

  @Override
  public Optional<Server> remembered(MeetingId meetingId) {
    return holders.find(meetingId);
  }

  /** What is remembered, for a person to look at. */
  public KnownMeetings known() {
    return known;
  }

  // Locating.

  @Override
  public CompletionStage<Location> locate(MeetingId meetingId) {
    return locator.locate(meetingId);
  }

  /** Where a meeting is as far as it is remembered and the sweeps tell: no server is asked. */
  public Location locateUnasked(MeetingId meetingId) {
    return locator.locateUnasked(meetingId);
  }

  @Override
  public CompletionStage<Location> locateForJoin(MeetingId meetingId) {
    return isShared() ? joins.locate(meetingId) : locate(meetingId);
  }

  @Override
  public CompletionStage<Location> locateAfterDenial(
      MeetingId meetingId, Server denier, long asked) {
    return locator.locateAfterDenial(meetingId, denier, asked);
  }

  @Override
  public CompletionStage<Location> locateNotRunning(MeetingId meetingId, Server server) {
    return isShared()
        ? locator.locateNotRunning(meetingId, server)
        : CompletableFuture.completedStage(new Location.Found(server));
  }

  @Override
  public CompletionStage<Location> locateForCreate(MeetingId meetingId, Deadline deadline) {
    return creates.locate(meetingId, deadline);
  }

  @Override
  public CompletionStage<Location> locateAmong(
      MeetingId meetingId, List<Server> servers, Deadline deadline) {
    return search
        .ask(meetingId, servers, calls.in(CONFIRMATION).earlier(deadline))
        .thenApply(
            result -> {
              reports.told(meetingId, result);
              return holders.locate(result).orElseGet(() -> result.absentUnlessSilent(List.of()));
            });
  }

  // Creates and ends.

  @Override
  public List<String> givenUp(MeetingId meetingId) {
    return pool.statuses(status -> status.inUse() && !status.health().isUp()).stream()
        .map(ServerStatus::server)
        .filter(
            server ->
                !agreement.othersReach(server)
                    && (table.mayBeOn(meetingId, server.name()) || patience.isOver(server)))
        .map(Server::name)
        .toList();
  }

  @Override
  public CompletionStage<Placement> place(MeetingId meetingId, Server chosen) {
    absences.remove(meetingId);
    long now = nanoClock.getAsLong();
    table.change(meetingId, whereabouts -> whereabouts.placedOn(chosen.name(), now, servers));
    Server server = remembered(meetingId).orElse(chosen);
    creating(meetingId, server);
    table
        .find(meetingId)
        .ifPresent(live -> live.detachedFrom().forEach(old -> agreement.detached(meetingId, old)));
    return CompletableFuture.completedStage(placement(meetingId, server, server.equals(chosen)));
  }

  @Override
  public boolean isShared() {
    return others.areNoticed();
  }

  @Override
  public Placement held(MeetingId meetingId, Server holder) {
    creating(meetingId, holder);
    return placement(meetingId, holder, false);
  }

  private void creating(MeetingId meetingId, Server server) {
    others.creating(server, meetingId);
    leftovers.creating(meetingId, server);
  }

  private Placement placement(MeetingId meetingId, Server server, boolean isNew) {
    Runnable over = underWay.begin(table.externalId(meetingId), server.name());
    return new LocalPlacement(meetingId, server, isNew, over, table, absences, servers, nanoClock);
  }

  @Override
  public CompletionStage<Server> confirm(MeetingId meetingId, Server made, Deadline deadline) {
    if (!isShared()) {
      return CompletableFuture.completedStage(made);
    }
    return search
        .ask(
            meetingId,
            confirmation.asked(meetingId, made),
            calls.in(CONFIRMATION).earlier(deadline))
        .thenApply(HolderSearch.Result::withoutEnded)
        .thenApply(
            result -> {
              List<Copy> shown =
                  result.sightings().stream().map(HolderSearch.Sighting::copy).toList();
              long now = nanoClock.getAsLong();
              table.change(meetingId, live -> live.confirmed(made.name(), shown, now, servers));
              reports.shown(result);
              Server kept = remembered(meetingId).orElse(made);
              observer.createConfirmed(
                  meetingId, made, kept, Confirmation.result(result, made, kept));
              return kept;
            });
  }

  @Override
  public void made(MeetingId meetingId, Server server) {
    agreement.made(meetingId, server);
  }

  @Override
  public boolean isChangedElsewhere(MeetingId meetingId) {
    return agreement.takeChanged(meetingId);
  }

  @Override
  public void joining(MeetingId meetingId, Server server) {
    table.joinSent(meetingId, server.name(), nanoClock.getAsLong());
  }

  @Override
  public CompletionStage<Void> ending(MeetingId meetingId, Server server) {
    MeetingId externalId = table.externalId(meetingId);
    Map<Copy, Server> others = new HashMap<>();
    table.find(externalId).stream()
        .flatMap(Whereabouts::copies)
        .filter(copy -> !copy.server().equals(server.name()))
        .forEach(copy -> holders.inUse(copy.server()).ifPresent(other -> others.put(copy, other)));
    long now = nanoClock.getAsLong();
    table.change(externalId, whereabouts -> whereabouts.ended(server.name(), now));
    Map<Copy, Server> gone = new HashMap<>(others);
    gone.keySet().removeIf(copy -> servers.reachable(copy.server()));
    others.keySet().removeAll(gone.keySet());
    leftovers.endToo(externalId, gone);
    agreement.ending(externalId);
    return others.isEmpty()
        ? CompletableFuture.completedStage(null)
        : inTime(leftovers.endToo(externalId, others));
  }

  /** Done when this is done, or when it has had its time. */
  private CompletionStage<Void> inTime(CompletionStage<Void> ends) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Future<?> alarm = calls.at(calls.in(CONFIRMATION), () -> done.complete(null));
    ends.whenComplete(
        (all, bug) -> {
          alarm.cancel(false);
          done.complete(null);
        });
    return done;
  }

  // Sweeps.

  /**
   * Takes what a complete sweep of a server found, and ends what is left on it of meetings that
   * live elsewhere, if nobody was in it in the last sweep either.
   *
   * @param meetings external id to every meeting it holds
   * @param begun when the sweep began, on the clock's scale: what was learned later is newer than
   *     it
   * @return how many meetings the server is taken to hold now, those on their way there included;
   *     -1 if there are too many to remember all that it told
   */
  public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    return reports.swept(server, meetings, begun);
  }

  /**
   * Takes meetings that a sweep of a server found, although there may be others on it.
   *
   * @param begun when the sweep began, on the clock's scale
   */
  public void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    reports.sweptInPart(server, meetings, begun);
  }

  // Counting.

  /** Which evidence of a meeting's absence counts now. */
  public Caution caution() {
    return others.caution();
  }

  /** How long ago the last complete sweep of a server began; empty if there was none. */
  public Optional<Duration> sinceSweep(Server server) {
    long now = nanoClock.getAsLong();
    return sweeps.of(server).map(last -> Duration.ofNanos(Math.max(0, now - last.begun())));
  }

  /** How many meetings are on each server or on their way there, by the server's name. */
  public Map<String, Integer> meetingsByServer() {
    return table.countByServer();
  }

  /** How many meetings are alive on two servers, as far as the sweeps tell. */
  public int splits() {
    return table.countSplit();
  }

  /** How many meetings are remembered. */
  public int size() {
    return table.size();
  }
}
