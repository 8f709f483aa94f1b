package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.meeting.MeetingTable.Certainty;
import io.tinyscale.meeting.MeetingTable.Entry;
import io.tinyscale.meeting.MeetingTable.Standing;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /**
   * Meetings that are remembered, give or take those learned at the same instant: more than any
   * pool holds, and few enough for a small heap. Beyond it nothing is untrue: what is not
   * remembered is asked for, absence is proven by every server's own word alone, and no meeting is
   * made that could not be kept from being made twice.
   */
  public static final int MOST_MEETINGS = 50_000;

  /** Which of two copies is kept when they are first seen side by side. */
  private static final Comparator<Entry> OLDEST_WITH_USERS =
      Comparator.comparing((Entry entry) -> !entry.hasUsers())
          .thenComparingLong(Entry::createTime)
          .thenComparing(Entry::server);

  private final ServerPool pool;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;
  private final DirectorySettings settings;

  private final MeetingTable table = new MeetingTable();
  private final SingleFlight<Question, Location> questions = new SingleFlight<>();

  private final Absences absences;
  private final Leftovers leftovers;

  /** Knows no meeting yet; tells time by the clock of the calls. */
  public ProbedDirectory(
      ServerPool pool, ServerCalls calls, GatewayObserver observer, DirectorySettings settings) {
    this.pool = pool;
    this.calls = calls;
    this.observer = observer;
    this.settings = settings;
    this.nanoClock = calls.nanoClock();
    this.absences = new Absences(settings.absence(), nanoClock);
    this.leftovers = new Leftovers(table, pool, calls, observer, settings.question());
  }

  @Override
  public MeetingId idOf(String externalOrInternal) {
    return table.idOf(externalOrInternal);
  }

  @Override
  public Optional<Server> remembered(MeetingId meetingId) {
    return table
        .find(meetingId)
        .flatMap(entry -> pool.status(entry.server()))
        .filter(ServerStatus::servesMeetings)
        .map(ServerStatus::server);
  }

  private Optional<Location> found(MeetingId meetingId) {
    return table
        .find(meetingId)
        .flatMap(
            entry ->
                pool.status(entry.server())
                    .filter(ServerStatus::servesMeetings)
                    .map(status -> new Location.Found(status.server(), fallbacks(entry))));
  }

  /** The servers that have the meeting if what was placed, or perhaps placed, came to nothing. */
  private List<Server> fallbacks(Entry entry) {
    return entry.isCertain()
        ? List.of()
        : copies(
                entry,
                standing -> standing == Standing.DETACHED || standing == Standing.IN_USE,
                ServerStatus::servesMeetings)
            .toList();
  }

  /** The servers of this condition where an entry has a copy of this standing. */
  private Stream<Server> copies(
      Entry entry, Predicate<Standing> standing, Predicate<ServerStatus> condition) {
    return entry.copies().entrySet().stream()
        .filter(copy -> standing.test(copy.getValue()))
        .flatMap(copy -> pool.status(copy.getKey()).stream())
        .filter(condition)
        .map(ServerStatus::server);
  }

  @Override
  public CompletionStage<Location> locate(MeetingId meetingId) {
    return locate(new Question(meetingId, Optional.empty()));
  }

  @Override
  public CompletionStage<Location> locateAfterDenial(
      MeetingId meetingId, Server denier, long asked) {
    table.change(
        table.externalId(meetingId),
        before ->
            before != null
                    && before.server().equals(denier.name())
                    && before.isCertain()
                    && isOlder(before, asked)
                ? inUse(before)
                : before);
    return locate(new Question(meetingId, Optional.of(denier)));
  }

  private CompletionStage<Location> locate(Question question) {
    MeetingId meetingId = question.meetingId();
    Optional<Location> found = found(meetingId);
    if (found.isPresent()) {
      return CompletableFuture.completedStage(found.get());
    }
    if (absences.contains(meetingId)) {
      return CompletableFuture.completedStage(new Location.Absent());
    }
    return questions.inFlight() < MOST_QUESTIONS
        ? questions.run(question, () -> ask(question))
        : CompletableFuture.completedStage(asSweptLast());
  }

  /**
   * What the sweeps know of a meeting that is not remembered: nothing, if all servers were swept.
   */
  private Location asSweptLast() {
    List<Server> unswept = pool.servers(status -> status.servesMeetings() && !knowsAllOf(status));
    return unswept.isEmpty() ? new Location.Absent() : new Location.Unknown(unswept);
  }

  /** Whether all that a server told when it was last swept, and since, is remembered. */
  private boolean knowsAllOf(ServerStatus status) {
    return status.swept() && !isFull();
  }

  private boolean isFull() {
    return table.size() >= MOST_MEETINGS;
  }

  @Override
  public CompletionStage<Location> locateForCreate(MeetingId meetingId, Deadline deadline) {
    return holder(meetingId, deadline).thenApply(location -> forCreate(meetingId, location));
  }

  private CompletionStage<Location> holder(MeetingId meetingId, Deadline deadline) {
    Optional<Server> remembered = remembered(meetingId);
    if (remembered.isEmpty()) {
      return locate(meetingId);
    }
    Optional<ServerStatus> status = pool.status(remembered.get().name());
    if (status.isEmpty() || !status.get().health().isUp()) {
      return CompletableFuture.completedStage(new Location.Absent());
    }
    if (status.get().takesNewMeetings() && !isEnding(meetingId)) {
      return CompletableFuture.completedStage(new Location.Found(remembered.get()));
    }
    return confirmed(meetingId, remembered.get(), deadline);
  }

  private boolean isEnding(MeetingId meetingId) {
    return table.find(meetingId).filter(entry -> entry.certainty() == Certainty.ENDING).isPresent();
  }

  /** Asks a server whether it still has the meeting that is remembered there. */
  private CompletionStage<Location> confirmed(
      MeetingId meetingId, Server server, Deadline deadline) {
    long asked = nanoClock.getAsLong();
    return calls
        .ask(
            server,
            ApiCall.GET_MEETING_INFO,
            QueryString.EMPTY.withEncoded("meetingID", meetingId.text()),
            calls.in(settings.confirmation()).earlier(deadline),
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
              return locateAfterDenial(meetingId, server, asked);
            });
  }

  /** What a location means for a create. */
  private Location forCreate(MeetingId meetingId, Location location) {
    Location settled =
        location instanceof Location.Unknown unknown
                && unknown.silent().stream().allMatch(silent -> cannotHold(silent, meetingId))
            ? new Location.Absent(unknown.silent(), unknown.overloaded())
            : location;
    // A meeting that is not remembered cannot be kept from being made twice.
    return settled instanceof Location.Absent && isFull() && !table.contains(meetingId)
        ? new Location.Unknown(List.of(), true)
        : settled;
  }

  /**
   * Whether a silent server is out of the question as the meeting's holder: it is down, or its last
   * sweep, and all that passed since, knew nothing of the meeting. A server that has just died must
   * not keep every new meeting from being made until the verdict.
   */
  private boolean cannotHold(Server silent, MeetingId meetingId) {
    Optional<ServerStatus> status = pool.status(silent.name());
    return status.isEmpty()
        || !status.get().health().isUp()
        || status.get().swept() && remembered(meetingId).filter(silent::equals).isEmpty();
  }

  @Override
  public CompletionStage<Placement> place(MeetingId meetingId, Server chosen) {
    absences.remove(meetingId);
    table.change(
        meetingId,
        before -> {
          if (before != null && isHeld(before)) {
            return before;
          }
          if (before != null) {
            leftovers.detach(meetingId, before.server());
          }
          Optional<Server> rival = rival(before);
          return entry(
                  rival.orElse(chosen),
                  HeldMeeting.of(""),
                  rival.isPresent() ? Certainty.CERTAIN : Certainty.PLACING)
              .withCopies(detached(meetingId, before));
        });
    Server server = remembered(meetingId).orElse(chosen);
    return CompletableFuture.completedStage(
        new LocalPlacement(meetingId, server, server.equals(chosen)));
  }

  @Override
  public Placement held(MeetingId meetingId, Server holder) {
    return new LocalPlacement(meetingId, holder, false);
  }

  /** A placement that this directory alone decides on. */
  private final class LocalPlacement implements Placement {

    private final MeetingId meetingId;
    private final Server server;
    private final boolean isNew;

    LocalPlacement(MeetingId meetingId, Server server, boolean isNew) {
      this.meetingId = meetingId;
      this.server = server;
      this.isNew = isNew;
    }

    @Override
    public Server server() {
      return server;
    }

    @Override
    public boolean isNew() {
      return isNew;
    }

    @Override
    public void made(String internalId) {
      absences.remove(meetingId);
      learn(meetingId, HeldMeeting.of(internalId), server);
    }

    @Override
    public void unknown() {
      placedPerhaps(meetingId, server);
    }

    @Override
    public void failed() {
      // Another create may be on its way to a server that was not chosen for this one.
      if (isNew) {
        notPlaced(meetingId, server);
      }
    }
  }

  /** The server of another copy, where one is known: there is no need for a third. */
  private Optional<Server> rival(@Nullable Entry before) {
    return before == null
        ? Optional.empty()
        : copies(
                before,
                standing -> standing == Standing.RIVAL || standing == Standing.IN_USE,
                ServerStatus::answers)
            .findFirst();
  }

  /**
   * What servers may bring back of a meeting that is about to be made anew: those that are known to
   * have it but are down, and those that are down and have never told what they hold.
   */
  private Map<String, Standing> detached(MeetingId meetingId, @Nullable Entry before) {
    Map<String, Standing> copies = new HashMap<>();
    for (ServerStatus status : pool.snapshot()) {
      if (status.servesMeetings() && !status.answers() && !status.swept()) {
        copies.put(status.server().name(), Standing.DETACHED);
      }
    }
    if (before != null) {
      copies.putAll(before.copies());
    }
    leftovers.detachedFrom(meetingId).forEach(server -> copies.put(server, Standing.DETACHED));
    return copies;
  }

  private Entry entry(Server server, HeldMeeting meeting, Certainty certainty) {
    return new Entry(
        server.name(),
        meeting.internalId(),
        certainty,
        nanoClock.getAsLong(),
        meeting.users(),
        Map.of());
  }

  private boolean isHeld(Entry entry) {
    return pool.status(entry.server()).filter(ServerStatus::answers).isPresent();
  }

  private void placedPerhaps(MeetingId meetingId, Server server) {
    table.change(
        table.externalId(meetingId),
        before -> {
          if (before == null) {
            return entry(server, HeldMeeting.of(""), Certainty.PERHAPS);
          }
          return before.server().equals(server.name())
              ? before.withCertainty(Certainty.PERHAPS, nanoClock.getAsLong())
              : before;
        });
  }

  private void notPlaced(MeetingId meetingId, Server server) {
    table.change(
        table.externalId(meetingId),
        before ->
            before != null
                    && before.server().equals(server.name())
                    && before.certainty() == Certainty.PLACING
                ? former(meetingId, before, status -> !status.answers())
                : before);
  }

  /**
   * What there was before a placement that came to nothing: the meeting on a server that is, or
   * was, down.
   */
  private @Nullable Entry former(MeetingId meetingId, Entry placed, Predicate<ServerStatus> which) {
    return leftovers.detachedFrom(meetingId).stream()
        .sorted()
        .flatMap(name -> pool.status(name).stream())
        .filter(status -> status.servesMeetings() && which.test(status))
        .findFirst()
        .map(
            status ->
                entry(status.server(), HeldMeeting.of(""), Certainty.CERTAIN)
                    .withCopies(placed.copies()))
        .orElse(null);
  }

  @Override
  public void ending(MeetingId meetingId, Server server) {
    table.change(
        table.externalId(meetingId),
        before ->
            before != null
                    && before.server().equals(server.name())
                    && before.certainty() == Certainty.CERTAIN
                ? before.withCertainty(Certainty.ENDING, nanoClock.getAsLong())
                : before);
  }

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
    table.changeAll((meetingId, entry) -> sweptAway(entry, server, meetings, meetingId, begun));
    leftovers.swept(server, meetings);
    return isFull() && !meetings.keySet().stream().allMatch(table::contains)
        ? -1
        : table.countOn(server.name());
  }

  /** What is left of an entry once a server did not, or did, show its meeting. */
  private @Nullable Entry sweptAway(
      Entry entry,
      Server server,
      Map<MeetingId, HeldMeeting> meetings,
      MeetingId meetingId,
      long begun) {
    if (meetings.containsKey(meetingId)) {
      return entry;
    }
    if (entry.server().equals(server.name())) {
      return entry.certainty() == Certainty.PERHAPS
          ? perhapsSweptAway(entry, meetingId, begun)
          : isOlder(entry, begun) ? inUse(entry) : entry;
    }
    if (pool.status(entry.server()).filter(ServerStatus::servesMeetings).isEmpty()) {
      // Its server has gone for good, and no sweep of it will ever tell.
      return null;
    }
    return entry.copies().containsKey(server.name()) ? entry.withoutCopyOn(server.name()) : entry;
  }

  /** What there is of a meeting that is over on its server: a leftover with people, or nothing. */
  private @Nullable Entry inUse(Entry over) {
    return copies(over, standing -> standing == Standing.IN_USE, ServerStatus::servesMeetings)
        .min(Comparator.comparing(Server::name))
        .map(
            server ->
                entry(server, HeldMeeting.of(""), Certainty.CERTAIN).withCopies(over.copies()))
        .orElse(null);
  }

  private static boolean isOlder(Entry entry, long begun) {
    return entry.certainty() != Certainty.PLACING && entry.since() - begun < 0;
  }

  /**
   * A create had no answer, and its server shows no meeting. It may still make it. But if the
   * meeting was detached from a server that has brought it back, that is the meeting again; what
   * the create may still make is the leftover.
   */
  private @Nullable Entry perhapsSweptAway(Entry perhaps, MeetingId meetingId, long begun) {
    if (!isOlder(perhaps, begun)) {
      return perhaps;
    }
    Entry back = former(meetingId, perhaps, ServerStatus::answers);
    if (back != null) {
      return back.withCopyOn(perhaps.server(), Standing.DETACHED);
    }
    return perhaps.since() + settings.create().toNanos() - begun < 0
        ? former(meetingId, perhaps, status -> !status.answers())
        : perhaps;
  }

  /** How many meetings are on each server or on their way there, by the server's name. */
  public Map<String, Integer> meetingsByServer() {
    return table.countByServer();
  }

  /** How many meetings are remembered. */
  public int size() {
    return table.size();
  }

  private void learn(MeetingId meetingId, HeldMeeting meeting, Server server) {
    List<Runnable> reports = new ArrayList<>(0);
    table.change(
        meetingId,
        before -> {
          reports.clear();
          Entry found = entry(server, meeting, Certainty.CERTAIN);
          if (before == null) {
            return isFull() ? null : found;
          }
          return before.server().equals(server.name())
              ? seenAgain(before, found)
              : seenElsewhere(meetingId, before, found, reports);
        });
    reports.forEach(Runnable::run);
  }

  private static Entry seenAgain(Entry before, Entry found) {
    boolean sameRun =
        found.internalId().isEmpty() || before.internalId().equals(found.internalId());
    if (!sameRun) {
      return found.withCopies(before.copies());
    }
    int users = found.users() == HeldMeeting.UNKNOWN ? before.users() : found.users();
    if (before.certainty() == Certainty.ENDING) {
      return before.withUsers(users);
    }
    return found.withInternalId(before.internalId()).withUsers(users).withCopies(before.copies());
  }

  private Entry seenElsewhere(
      MeetingId meetingId, Entry before, Entry found, List<Runnable> reports) {
    boolean held = isHeld(before);
    boolean leftover = Leftovers.isLeftover(before, found.server());
    if (leftover && (held || before.copies().get(found.server()) == Standing.TOLD_TO_END)) {
      return before;
    }
    if (leftover) {
      // Both servers were down, one after the other: what the second brings back is the leftover.
      leftovers.detach(meetingId, before.server());
      return found.withCopies(before.copies()).withCopyOn(before.server(), Standing.DETACHED);
    }
    if (held && !isHeld(found)) {
      // A server that is not up yet does not get what one that is up has.
      return before;
    }
    if (!before.isCertain() && before.internalId().isEmpty()) {
      // What was merely placed does not stand against what is there; nor is it there yet.
      return found.withCopies(before.copies());
    }
    boolean split = before.copies().get(found.server()) == Standing.RIVAL;
    boolean moves =
        !held
            || (split
                ? found.hasUsers() && !before.hasUsers()
                : OLDEST_WITH_USERS.compare(found, before) < 0);
    Entry kept = moves ? found : before;
    Entry other = moves ? before : found;
    if (!split || moves) {
      reports.add(() -> reportSplit(meetingId, kept, other));
    }
    return kept.withCopies(before.copies()).withCopyOn(other.server(), Standing.RIVAL);
  }

  private void reportSplit(MeetingId meetingId, Entry kept, Entry other) {
    Optional<ServerStatus> keptOn = pool.status(kept.server());
    Optional<ServerStatus> otherOn = pool.status(other.server());
    if (keptOn.isPresent() && otherOn.isPresent()) {
      observer.meetingSplit(meetingId, keptOn.get().server(), otherOn.get().server());
    }
  }

  /**
   * Where a meeting is.
   *
   * @param denier has already said that it does not know it
   */
  private record Question(MeetingId meetingId, Optional<Server> denier) {}

  private CompletionStage<Location> ask(Question question) {
    MeetingId meetingId = question.meetingId();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    List<Server> silent = new ArrayList<>();
    Deadline deadline = calls.in(settings.question());
    QueryString query = QueryString.EMPTY.withEncoded("meetingID", meetingId.text());
    for (ServerStatus status : pool.snapshot()) {
      if (question.denier().filter(status.server()::equals).isPresent()) {
        continue;
      }
      if (status.answers()) {
        replies.add(
            calls
                .ask(status.server(), ApiCall.GET_MEETING_INFO, query, deadline, new Cancellation())
                .toCompletableFuture());
      } else if (status.servesMeetings() && !knowsAllOf(status)) {
        // It never told what it holds. One that went down later did: its last sweep stands.
        silent.add(status.server());
      }
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              List<Entry> holders = new ArrayList<>(1);
              replies.forEach(reply -> take(meetingId, reply.join(), holders, silent));
              boolean overloaded =
                  replies.stream().anyMatch(reply -> reply.join() instanceof Reply.Overloaded);
              return conclude(meetingId, holders, silent, overloaded);
            });
  }

  private void take(MeetingId asked, Reply reply, List<Entry> holders, List<Server> silent) {
    if (!(reply instanceof Reply.Said said)) {
      silent.add(reply.server());
      if (reply instanceof Reply.WrongSecret) {
        observer.serverRefusesSecret(reply.server());
      }
      return;
    }
    if (!said.content().succeeded()) {
      if (!said.content().deniesMeeting()) {
        silent.add(said.server());
      }
      return;
    }
    MeetingId meetingId = new MeetingId(said.content().text("meetingID"));
    String internalId = said.content().text("internalMeetingID");
    // Servers also find a meeting by the beginning of its internal id: that is another meeting.
    if (meetingId.equals(asked) || internalId.equals(asked.text())) {
      HeldMeeting meeting = HeldMeeting.of(said.content());
      holders.add(entry(said.server(), meeting, Certainty.CERTAIN));
      if (meetingId.text().length() <= HeldMeeting.LONGEST_ID) {
        learn(meetingId, meeting, said.server());
      }
    }
  }

  private Location conclude(
      MeetingId meetingId, List<Entry> holders, List<Server> silent, boolean overloaded) {
    // A create may have been placed while the servers were asked: what is remembered counts.
    Optional<Location> found = found(meetingId);
    if (found.isPresent()) {
      return found.get();
    }
    // There was no room to remember what was just said.
    Optional<Server> holder =
        holders.stream()
            .min(OLDEST_WITH_USERS)
            .flatMap(entry -> pool.status(entry.server()))
            .map(ServerStatus::server);
    if (holder.isPresent()) {
      return new Location.Found(holder.get());
    }
    if (!silent.isEmpty()) {
      return new Location.Unknown(silent, overloaded);
    }
    absences.add(meetingId);
    return new Location.Absent();
  }
}
