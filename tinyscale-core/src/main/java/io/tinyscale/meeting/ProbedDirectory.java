package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Remembers where meetings are and asks the servers about those it does not know. Learns from
 * creates, from its own questions and from sweeps.
 *
 * <p>Where one meetingID shows up on two servers, everybody gets the same copy: of those with users
 * the one that was created first. It stays the one until it is empty and another is not; the other
 * is reported. A copy is no rival if the meeting was made anew because its server was down: when
 * that server comes back, the copy is ended if nobody is in it.
 */
public final class ProbedDirectory implements MeetingDirectory {

  /** Each asks all servers: a flood of made-up ids must not become one on every server. */
  private static final int MOST_QUESTIONS = 200;

  /** Time for the question to a server that is down: it answers at once if it is back. */
  private static final Duration LAST_QUESTION = Duration.ofSeconds(1);

  /** Most meetings that are remembered. */
  public static final int MOST_MEETINGS = MeetingTable.MOST_MEETINGS;

  private final ServerPool pool;
  private final Servers servers;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;
  private final DirectorySettings settings;

  private final MeetingTable table = new MeetingTable(this::tell);
  private final SingleFlight<Question, Location> questions = new SingleFlight<>();

  private final HolderSearch search;
  private final CreateLocator creates;
  private final Absences absences;
  private final Leftovers leftovers;

  /** Knows no meeting yet; tells time by the clock of the calls. */
  public ProbedDirectory(
      ServerPool pool, ServerCalls calls, GatewayObserver observer, DirectorySettings settings) {
    this.pool = pool;
    this.servers = Servers.of(pool);
    this.calls = calls;
    this.observer = observer;
    this.settings = settings;
    this.nanoClock = calls.nanoClock();
    this.creates = new CreateLocator(this, table, pool, calls, settings.confirmation());
    this.search = new HolderSearch(calls);
    this.absences = new Absences(settings.absence(), nanoClock);
    this.leftovers = new Leftovers(table, servers, calls, observer, settings.question());
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
    return locate(new Question(meetingId, Optional.empty()), settings.absence().toNanos());
  }

  /**
   * Where a meeting is, by answers to questions that begin now: for a create, which must not rest
   * on what the servers said before it came.
   */
  CompletionStage<Location> locateFresh(MeetingId meetingId) {
    return locate(new Question(meetingId, Optional.empty()), 0);
  }

  /**
   * Where else a meeting is whose server is down by our verdict. That server is asked, too: if it
   * is back and has the meeting, the meeting is there.
   */
  CompletionStage<Location> locateBeside(MeetingId meetingId, Server down, Deadline deadline) {
    List<Server> others = new ArrayList<>();
    List<Server> untold = new ArrayList<>(0);
    sort(Optional.of(down), others, untold);
    return search
        .ask(meetingId, others, calls.in(settings.question()).earlier(deadline))
        .thenCombine(
            search.ask(meetingId, List.of(down), calls.in(LAST_QUESTION).earlier(deadline)),
            (rest, itself) -> {
              learn(rest);
              learn(itself);
              // Of two copies the one that calls go to.
              return unremembered(rest)
                  .or(() -> unremembered(itself))
                  .map(seen -> found(meetingId).orElse(seen))
                  .orElseGet(() -> absentUnlessSilent(rest, untold));
            });
  }

  @Override
  public CompletionStage<Location> locateAfterDenial(
      MeetingId meetingId, Server denier, long asked) {
    long now = nanoClock.getAsLong();
    table.change(
        table.externalId(meetingId),
        whereabouts -> whereabouts.deniedBy(denier.name(), asked, now, servers));
    return locate(new Question(meetingId, Optional.of(denier)), settings.absence().toNanos());
  }

  /**
   * Where a meeting is.
   *
   * @param denier has already said that it does not know it
   */
  private record Question(MeetingId meetingId, Optional<Server> denier) {}

  /**
   * Where a meeting is.
   *
   * @param oldest how many nanoseconds ago the servers may have been asked
   */
  private CompletionStage<Location> locate(Question question, long oldest) {
    MeetingId meetingId = question.meetingId();
    Optional<Location> found = found(meetingId);
    if (found.isPresent()) {
      return located(found.get());
    }
    if (oldest > 0 && absences.contains(meetingId)) {
      return located(new Location.Absent());
    }
    long now = nanoClock.getAsLong();
    return questions.inFlight() < MOST_QUESTIONS
        ? questions.run(question, now, now - oldest, () -> ask(question, now))
        : located(asSweptLast());
  }

  private static CompletionStage<Location> located(Location location) {
    return CompletableFuture.completedStage(location);
  }

  /**
   * What the sweeps know of a meeting that is not remembered: nothing, if all servers were swept.
   */
  private Location asSweptLast() {
    List<Server> unswept = pool.servers(status -> status.inUse() && !knowsAllOf(status));
    return unswept.isEmpty() ? new Location.Absent() : new Location.Unknown(unswept);
  }

  /** Whether all that a server told when it was last swept, and since, is remembered. */
  private boolean knowsAllOf(ServerStatus status) {
    return status.swept() && !table.isFull();
  }

  /**
   * Asks all servers but the one that has denied the meeting.
   *
   * @param now when the question begins
   */
  private CompletionStage<Location> ask(Question question, long now) {
    List<Server> asked = new ArrayList<>();
    List<Server> untold = new ArrayList<>(0);
    sort(question.denier(), asked, untold);
    MeetingId meetingId = question.meetingId();
    return search
        .ask(meetingId, asked, calls.in(settings.question()))
        .thenApply(result -> conclude(meetingId, result, untold, now));
  }

  /** Which servers can be asked for a meeting, and which of the others may have it. */
  private void sort(Optional<Server> except, List<Server> asked, List<Server> untold) {
    for (ServerStatus status : pool.snapshot()) {
      if (except.filter(status.server()::equals).isPresent()) {
        continue;
      }
      if (status.tells()) {
        asked.add(status.server());
      } else if (status.inUse() && !knowsAllOf(status)) {
        // It never told what it holds. One that went down later did: its last sweep stands.
        untold.add(status.server());
      }
    }
  }

  private Location conclude(
      MeetingId meetingId, HolderSearch.Result result, List<Server> untold, long asked) {
    learn(result);
    // A create may have been placed while the servers were asked: what is remembered counts.
    return found(meetingId)
        .or(() -> unremembered(result))
        .orElseGet(
            () -> {
              Location location = absentUnlessSilent(result, untold);
              if (location instanceof Location.Absent) {
                absences.add(meetingId, asked);
              }
              return location;
            });
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
        learn(sighting.meetingId(), sighting.meeting(), sighting.server());
      }
    }
  }

  /** Where a meeting was just seen, whether there was room to remember it or not. */
  private Optional<Location> unremembered(HolderSearch.Result result) {
    return result.sightings().stream()
        .map(seen -> Copy.of(seen.server().name(), seen.meeting(), 0))
        .min(Copy.OLDEST_WITH_USERS)
        .flatMap(copy -> server(copy.server()))
        .map(Location.Found::new);
  }

  // Creates and ends.

  @Override
  public CompletionStage<Location> locateForCreate(MeetingId meetingId, Deadline deadline) {
    return creates.locate(meetingId, deadline);
  }

  @Override
  public CompletionStage<Placement> place(MeetingId meetingId, Server chosen) {
    absences.remove(meetingId);
    long now = nanoClock.getAsLong();
    table.change(meetingId, whereabouts -> whereabouts.placedOn(chosen.name(), now, servers));
    Server server = remembered(meetingId).orElse(chosen);
    return CompletableFuture.completedStage(placement(meetingId, server, server.equals(chosen)));
  }

  @Override
  public Placement held(MeetingId meetingId, Server holder) {
    return placement(meetingId, holder, false);
  }

  private Placement placement(MeetingId meetingId, Server server, boolean isNew) {
    return new LocalPlacement(meetingId, server, isNew, table, absences, servers, nanoClock);
  }

  @Override
  public void ending(MeetingId meetingId, Server server) {
    long now = nanoClock.getAsLong();
    table.change(table.externalId(meetingId), whereabouts -> whereabouts.ended(server.name(), now));
  }

  // Sweeps.

  /**
   * Takes what a complete sweep of a server found, and ends what is left on it, without people, of
   * meetings that live elsewhere since it was down.
   *
   * @param meetings external id to every meeting it holds
   * @param begun when the sweep began, on the clock's scale: what was learned later is newer than
   *     it
   * @return how many meetings the server is taken to hold now, those on their way there included;
   *     -1 if there are too many to remember all that it told
   */
  public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    meetings.forEach((meetingId, meeting) -> learn(meetingId, meeting, server));
    long now = nanoClock.getAsLong();
    long patience = settings.create().toNanos();
    table.changeAll(
        (meetingId, whereabouts) ->
            meetings.containsKey(meetingId)
                ? whereabouts.unchanged()
                : whereabouts.missingFromSweep(server.name(), begun, patience, now, servers));
    leftovers.swept(server, meetings);
    return table.isFull() && !meetings.keySet().stream().allMatch(table::contains)
        ? -1
        : table.countOn(server.name());
  }

  /** Takes meetings that a sweep of a server found, although there may be others on it. */
  public void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings) {
    meetings.forEach((meetingId, meeting) -> learn(meetingId, meeting, server));
  }

  private void learn(MeetingId meetingId, HeldMeeting meeting, Server server) {
    table.seen(meetingId, Copy.of(server.name(), meeting, nanoClock.getAsLong()), servers);
  }

  private void tell(MeetingId meetingId, Change.Event event) {
    event.tell(
        new Change.Listener() {

          @Override
          public void split(String kept, String other) {
            both(kept, other, (k, o) -> observer.meetingSplit(meetingId, k, o));
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

  /** How many meetings are on each server or on their way there, by the server's name. */
  public Map<String, Integer> meetingsByServer() {
    return table.countByServer();
  }

  /** How many meetings are remembered. */
  public int size() {
    return table.size();
  }
}
