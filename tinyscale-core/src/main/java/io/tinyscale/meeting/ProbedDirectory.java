package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.Located;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Agreement;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
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

  /** Each asks all servers: a flood of made-up ids must not become one on every server. */
  static final int MOST_QUESTIONS = 200;

  /** Leaves creates room in a flood of other calls. */
  static final int MOST_QUESTIONS_WITH_CREATES = 2 * MOST_QUESTIONS;

  /** Time for the question to a server that is down: it answers at once if it is back. */
  static final Duration LAST_QUESTION = Duration.ofSeconds(1);

  /** Time for the question whether another server has the meeting that was just made. */
  static final Duration CONFIRMATION = Duration.ofSeconds(1);

  private final ServerPool pool;
  private final Servers servers;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;
  private final DirectorySettings settings;
  private final Agreement agreement;
  private final Patience patience;

  private final MeetingTable table;
  private final SingleFlight<Question, Finding> questions = new SingleFlight<>();

  private final HolderSearch search;
  private final CreateLocator creates;
  private final Absences absences;
  private final Leftovers leftovers;
  private final LastSweeps sweeps;
  private final OtherBalancers others;
  private final SweptEvidence swept;
  private final TwiceListed twice;
  private final KnownMeetings known;
  private final Confirmation confirmation;
  private final CreatesUnderWay underWay = new CreatesUnderWay();

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
    this.settings = settings;
    this.nanoClock = calls.nanoClock();
    this.table = new MeetingTable(this::tell, settings.meetings().most());
    this.sweeps = new LastSweeps(pool);
    this.others =
        new OtherBalancers(
            settings.meetings().balancers(), sweeps, settings.interval(), observer, nanoClock);
    this.servers = Servers.of(pool, others);
    this.swept =
        new SweptEvidence(pool, table, sweeps, others, patience, settings.interval(), nanoClock);
    this.creates =
        new CreateLocator(
            this, table, pool, calls, patience, others, agreement, settings.confirmation());
    this.search = new HolderSearch(calls);
    this.confirmation = new Confirmation(pool, settings.alike(), settings.interval(), nanoClock);
    this.absences = new Absences(settings.absence(), nanoClock);
    this.twice = new TwiceListed(pool, observer);
    this.known = new KnownMeetings(table, servers, nanoClock);
    this.leftovers = new Leftovers(table, servers, twice, calls, observer, settings.question());
  }

  @Override
  public MeetingId idOf(String externalOrInternal) {
    return table.idOf(externalOrInternal);
  }

  @Override
  public Optional<Server> remembered(MeetingId meetingId) {
    return table.find(meetingId).flatMap(this::status).map(ServerStatus::server);
  }

  /** The status of the server that calls for a meeting go to, unless it is out of use. */
  private Optional<ServerStatus> status(Whereabouts whereabouts) {
    return pool.status(whereabouts.server()).filter(ServerStatus::inUse);
  }

  private Optional<Server> inUse(String name) {
    return pool.status(name).filter(ServerStatus::inUse).map(ServerStatus::server);
  }

  private Optional<Location> found(MeetingId meetingId) {
    return table
        .find(meetingId)
        .flatMap(
            whereabouts ->
                status(whereabouts)
                    .map(status -> new Location.Found(status.server(), fallbacks(whereabouts))));
  }

  private List<Server> fallbacks(Whereabouts whereabouts) {
    // Nearly always there are none: this is on the way of every call for a meeting.
    List<String> names = whereabouts.fallbacks(servers);
    return names.isEmpty()
        ? List.of()
        : names.stream().flatMap(name -> server(name).stream()).toList();
  }

  private Optional<Server> server(String name) {
    return pool.status(name).map(ServerStatus::server);
  }

  // Locating.

  @Override
  public CompletionStage<Location> locate(MeetingId meetingId) {
    return locate(new Question(meetingId, Optional.empty(), false)).thenApply(Finding::location);
  }

  @Override
  public CompletionStage<Location> locateForJoin(MeetingId meetingId) {
    List<Server> doubtful =
        isShared()
            ? table.find(meetingId).map(Whereabouts::placedOn).orElse(List.of()).stream()
                .filter(servers::reachable)
                .flatMap(name -> server(name).stream())
                .toList()
            : List.of();
    return doubtful.isEmpty()
        ? locate(meetingId)
        : search
            .ask(meetingId, doubtful, calls.in(CONFIRMATION))
            .thenCompose(
                result -> {
                  learn(result);
                  return locate(meetingId);
                });
  }

  /**
   * Where a meeting is, for a create. It must not rest on what the servers said before it came,
   * unless nobody else makes meetings.
   */
  CompletionStage<Finding> locateFresh(MeetingId meetingId) {
    return locate(new Question(meetingId, Optional.empty(), true));
  }

  /**
   * Where else a meeting is whose server is down by our verdict. That server is asked, too: if it
   * is back and has the meeting, the meeting is there.
   */
  CompletionStage<Finding> locateBeside(MeetingId meetingId, Server down, Deadline deadline) {
    boolean sweepsDecide = swept.decides(meetingId);
    List<Server> asked = new ArrayList<>();
    List<Server> alsoDown = new ArrayList<>(0);
    List<Server> untold = new ArrayList<>(0);
    for (ServerStatus status : inUseBut(Optional.of(down))) {
      if (sweepsDecide && swept.tellsOf(meetingId, status)) {
        continue;
      }
      if (status.tells()) {
        asked.add(status.server());
      } else if (!status.health().isUp()) {
        alsoDown.add(status.server());
      } else if (!swept.tellsOf(meetingId, status)) {
        untold.add(status.server());
      }
    }
    Deadline lastQuestion = calls.in(LAST_QUESTION).earlier(deadline);
    return search
        .ask(meetingId, asked, calls.in(settings.question()).earlier(deadline))
        .thenCombine(search.ask(meetingId, alsoDown, lastQuestion), HolderSearch.Result::and)
        .thenCombine(
            search.ask(meetingId, List.of(down), lastQuestion),
            (rest, itself) -> {
              HolderSearch.Result all = rest.and(itself);
              learn(all);
              all.denials().forEach(denial -> denied(meetingId, denial));
              // Of two copies the one that calls go to.
              Location location =
                  unremembered(rest)
                      .or(() -> unremembered(itself))
                      .map(seen -> found(meetingId).orElse(seen))
                      .orElseGet(() -> absentUnlessSilent(rest, untold));
              return new Finding(location, all.unable());
            });
  }

  /** A server that is back, and was restarted, has lost what it had. */
  private void denied(MeetingId meetingId, HolderSearch.Denial denial) {
    String server = denial.server();
    long asked = denial.asked();
    long late = asked - settings.create().toNanos();
    denied(meetingId, server, asked);
    table.change(
        table.externalId(meetingId), whereabouts -> whereabouts.otherDeniedBy(server, asked, late));
  }

  /** A create that is on its way to the server may make the meeting there all the same. */
  private void denied(MeetingId meetingId, String server, long asked) {
    MeetingId externalId = table.externalId(meetingId);
    long now = nanoClock.getAsLong();
    table.change(
        externalId,
        whereabouts ->
            underWay.contains(externalId, server)
                ? whereabouts.unchanged()
                : whereabouts.deniedBy(server, asked, now, servers));
  }

  @Override
  public CompletionStage<Location> locateAfterDenial(
      MeetingId meetingId, Server denier, long asked) {
    return afterDenial(new Question(meetingId, Optional.of(denier), false), denier, asked)
        .thenApply(Finding::location);
  }

  /** The same for a create that asked the denier itself. */
  CompletionStage<Finding> locateFreshAfterDenial(MeetingId meetingId, Server denier, long asked) {
    return afterDenial(new Question(meetingId, Optional.of(denier), true), denier, asked);
  }

  private CompletionStage<Finding> afterDenial(Question question, Server denier, long asked) {
    denied(question.meetingId(), denier.name(), asked);
    return locate(question);
  }

  /**
   * Where a meeting is.
   *
   * @param denier has already said that it does not know it
   * @param ofCreate whether a create asks; it joins no other question
   */
  private record Question(MeetingId meetingId, Optional<Server> denier, boolean ofCreate) {}

  private CompletionStage<Finding> locate(Question question) {
    MeetingId meetingId = question.meetingId();
    Optional<Location> found = found(meetingId);
    if (found.isPresent()) {
      observer.located(Located.REMEMBERED);
      return located(found.get());
    }
    if (!question.ofCreate() && absences.contains(meetingId) && !agreement.isMade(meetingId)
        || swept.provesAbsence(meetingId, question.denier())) {
      observer.located(Located.ABSENT);
      return located(new Location.Absent());
    }
    int most = question.ofCreate() ? MOST_QUESTIONS_WITH_CREATES : MOST_QUESTIONS;
    if (questions.inFlight() >= most) {
      observer.located(Located.LIMITED);
      return located(withoutQuestion(question));
    }
    long now = nanoClock.getAsLong();
    long oldest = question.ofCreate() ? 0 : settings.absence().toNanos();
    return questions
        .run(question, now, now - oldest, () -> ask(question, now))
        .thenApply(this::told);
  }

  private Finding told(Finding finding) {
    observer.located(
        finding
            .location()
            .fold(found -> Located.FOUND, absent -> Located.ABSENT, unknown -> Located.UNKNOWN));
    return finding;
  }

  private static CompletionStage<Finding> located(Location location) {
    return CompletableFuture.completedStage(new Finding(location));
  }

  /**
   * Where a meeting is that is not remembered, as far as the sweeps tell. If others make meetings,
   * that is not enough for a create.
   */
  private Location withoutQuestion(Question question) {
    boolean isEnough = !question.ofCreate() || swept.decides(question.meetingId());
    List<Server> untold =
        inUseBut(question.denier()).stream()
            .filter(status -> !isEnough || !swept.standsFor(question.meetingId(), status))
            .map(ServerStatus::server)
            .toList();
    return untold.isEmpty() ? new Location.Absent() : new Location.Unknown(untold, !isEnough);
  }

  private List<ServerStatus> inUseBut(Optional<Server> except) {
    return pool.statuses(
        status -> status.inUse() && except.filter(status.server()::equals).isEmpty());
  }

  /**
   * Asks all servers but the one that has denied the meeting, and those whose sweeps decide.
   *
   * @param now when the question begins
   */
  private CompletionStage<Finding> ask(Question question, long now) {
    MeetingId meetingId = question.meetingId();
    boolean sweepsDecide = swept.decides(meetingId);
    List<Server> asked = new ArrayList<>();
    List<Server> lastAsked = new ArrayList<>(0);
    List<Server> untold = new ArrayList<>(0);
    for (ServerStatus status : inUseBut(question.denier())) {
      if (sweepsDecide && swept.tellsOf(meetingId, status)) {
        continue;
      }
      if (status.tells()) {
        asked.add(status.server());
      } else if (question.ofCreate()) {
        // It is down or refuses our secret, and may be back.
        lastAsked.add(status.server());
      } else if (!swept.standsFor(meetingId, status)) {
        // It never told what it holds, or that was too long ago.
        untold.add(status.server());
      }
    }
    return search
        .ask(meetingId, asked, calls.in(settings.question()))
        .thenCombine(
            search.ask(meetingId, lastAsked, calls.in(LAST_QUESTION)),
            (rest, last) -> conclude(meetingId, rest.and(last), untold, now));
  }

  private Finding conclude(
      MeetingId meetingId, HolderSearch.Result result, List<Server> untold, long asked) {
    learn(result);
    // A create may have been placed while the servers were asked: what is remembered counts.
    Location location =
        found(meetingId)
            .or(() -> unremembered(result))
            .orElseGet(() -> absentUnlessSilent(result, untold));
    if (location instanceof Location.Absent) {
      absences.add(meetingId, asked);
    }
    return new Finding(location, result.unable());
  }

  private static Location absentUnlessSilent(HolderSearch.Result result, List<Server> untold) {
    List<Server> silent = new ArrayList<>(untold);
    silent.addAll(result.silent());
    return silent.isEmpty()
        ? new Location.Absent()
        : new Location.Unknown(silent, result.overloaded());
  }

  private void learn(HolderSearch.Result result) {
    for (HolderSearch.Sighting sighting : result.sightings()) {
      if (sighting.meetingId().text().length() <= HeldMeeting.LONGEST_ID) {
        learn(sighting.meetingId(), sighting.meeting(), sighting.server(), sighting.asked());
      }
    }
  }

  /** Where a meeting is as far as it is remembered and the sweeps tell: no server is asked. */
  public Location locateUnasked(MeetingId meetingId) {
    return found(meetingId)
        .orElseGet(() -> withoutQuestion(new Question(meetingId, Optional.empty(), false)));
  }

  /** What is remembered, for a person to look at. */
  public KnownMeetings known() {
    return known;
  }

  /** Where a meeting was just seen, whether there was room to remember it or not. */
  private Optional<Location> unremembered(HolderSearch.Result result) {
    return result.sightings().stream()
        .map(HolderSearch.Sighting::copy)
        .min(CopyChoice.order(servers))
        .flatMap(copy -> server(copy.server()))
        .map(Location.Found::new);
  }

  // Creates and ends.

  @Override
  public CompletionStage<Location> locateForCreate(MeetingId meetingId, Deadline deadline) {
    return creates.locate(meetingId, deadline);
  }

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
  public CompletionStage<Location> locateAmong(
      MeetingId meetingId, List<Server> servers, Deadline deadline) {
    return search
        .ask(meetingId, servers, calls.in(CONFIRMATION).earlier(deadline))
        .thenApply(
            result -> {
              learn(result);
              result.denials().forEach(denial -> denied(meetingId, denial));
              return unremembered(result).orElseGet(() -> absentUnlessSilent(result, List.of()));
            });
  }

  @Override
  public CompletionStage<Placement> place(MeetingId meetingId, Server chosen) {
    absences.remove(meetingId);
    long now = nanoClock.getAsLong();
    table.change(meetingId, whereabouts -> whereabouts.placedOn(chosen.name(), now, servers));
    Server server = remembered(meetingId).orElse(chosen);
    others.creating(server, meetingId);
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
    others.creating(holder, meetingId);
    return placement(meetingId, holder, false);
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
              learn(result);
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
        .forEach(copy -> inUse(copy.server()).ifPresent(other -> others.put(copy, other)));
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
    meetings.forEach((meetingId, meeting) -> learn(meetingId, meeting, server, begun));
    others.swept(server, meetings.keySet());
    sweeps.swept(server, meetings, begun);
    twice.swept(server, meetings.values());
    long now = nanoClock.getAsLong();
    long patience = settings.create().toNanos();
    // Meetings of a server that is used no more are given up by the sweep of any server.
    table.changeOn(
        name -> name.equals(server.name()) || !servers.inUse(name),
        (meetingId, whereabouts) ->
            meetings.containsKey(meetingId) || underWay.contains(meetingId, server.name())
                ? whereabouts.unchanged()
                : whereabouts.missingFromSweep(server.name(), begun, patience, now, servers));
    leftovers.swept(server, meetings, begun);
    agreement.swept(server, meetings.keySet());
    return table.isFull() && !meetings.keySet().stream().allMatch(table::contains)
        ? -1
        : table.countOn(server.name());
  }

  /**
   * Takes meetings that a sweep of a server found, although there may be others on it.
   *
   * @param begun when the sweep began, on the clock's scale
   */
  public void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    meetings.forEach((meetingId, meeting) -> learn(meetingId, meeting, server, begun));
  }

  private void learn(MeetingId meetingId, HeldMeeting meeting, Server server, long asked) {
    // Two servers with the same run are one server that is listed twice.
    boolean isKnown =
        table.mayBeOn(meetingId, server.name()) || table.hasRun(meetingId, meeting.internalId());
    others.seen(server, meetingId, meeting, isKnown);
    Copy shown = Copy.of(server.name(), meeting, asked);
    if (!isKnown && agreement.isDetached(meetingId, server)) {
      table.change(meetingId, live -> live.broughtBack(shown));
    } else {
      table.seen(meetingId, shown, nanoClock.getAsLong(), servers);
    }
  }

  private void tell(MeetingId meetingId, Change.Event event) {
    event.tell(
        new Change.Listener() {

          @Override
          public void split(Copy kept, Copy other) {
            both(
                kept.server(),
                other.server(),
                (k, o) -> observer.meetingSplit(meetingId, k, kept.users(), o, other.users()));
          }

          @Override
          public void leftoverEnded(String server, String live) {
            both(server, live, (s, l) -> observer.meetingLeftoverEnded(meetingId, s, l));
          }
        });
  }

  /** Tells of two servers, if both are still in the pool. */
  private void both(String one, String other, BiConsumer<Server, Server> report) {
    server(one).ifPresent(first -> server(other).ifPresent(second -> report.accept(first, second)));
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
