package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.meeting.MeetingTable.Certainty;
import io.tinyscale.meeting.MeetingTable.Entry;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.Cancellation;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Remembers where meetings are and asks the servers about those it does not know. Learns from
 * creates, from its own questions and from sweeps.
 *
 * <p>Where one meetingID shows up on two servers, the copy that was created first wins, always and
 * for everybody; the other is reported.
 */
public final class ProbedDirectory implements MeetingDirectory {

  private final ServerPool pool;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;
  private final Duration patience;
  private final Duration createPatience;

  private final MeetingTable table = new MeetingTable();
  private final SingleFlight<String, Location> questions = new SingleFlight<>();

  private final Absences absences;

  /**
   * An empty directory.
   *
   * @param patience how long servers may take to say whether they hold a meeting
   * @param createPatience how long a create without an answer may still make its meeting
   * @param absenceLife how long a proven absence is not proven again
   * @param nanoClock as {@link System#nanoTime()}
   */
  public ProbedDirectory(
      ServerPool pool,
      ServerCalls calls,
      GatewayObserver observer,
      Duration patience,
      Duration createPatience,
      Duration absenceLife,
      LongSupplier nanoClock) {
    this.pool = pool;
    this.calls = calls;
    this.observer = observer;
    this.patience = patience;
    this.createPatience = createPatience;
    this.absences = new Absences(absenceLife, nanoClock);
    this.nanoClock = nanoClock;
  }

  @Override
  public Optional<Server> remembered(String meetingId) {
    return table
        .find(meetingId)
        .flatMap(entry -> pool.status(entry.server()))
        .filter(ServerStatus::servesMeetings)
        .map(ServerStatus::server);
  }

  @Override
  public CompletionStage<Location> locate(String meetingId) {
    Optional<Server> remembered = remembered(meetingId);
    if (remembered.isPresent()) {
      return CompletableFuture.completedStage(new Location.Found(remembered.get()));
    }
    if (absences.contains(meetingId)) {
      return CompletableFuture.completedStage(new Location.Absent());
    }
    return questions.run(meetingId, () -> askAll(meetingId));
  }

  @Override
  public Server place(String meetingId, Server chosen) {
    absences.remove(meetingId);
    table.change(
        meetingId,
        before ->
            before != null && isHeld(before)
                ? before
                : new Entry(chosen.name(), "", Certainty.PLACING, nanoClock.getAsLong()));
    return remembered(meetingId).orElse(chosen);
  }

  private boolean isHeld(Entry entry) {
    return pool.status(entry.server()).filter(ServerStatus::answers).isPresent();
  }

  @Override
  public void holds(String meetingId, String internalMeetingId, Server server) {
    absences.remove(meetingId);
    learn(meetingId, internalMeetingId, server);
  }

  @Override
  public void placedPerhaps(String meetingId, Server server) {
    alter(meetingId, server, Certainty.PLACING, Certainty.PERHAPS);
  }

  private void alter(String meetingId, Server server, Certainty from, Certainty to) {
    table.change(
        table.externalId(meetingId),
        before ->
            before != null && before.server().equals(server.name()) && before.certainty() == from
                ? new Entry(server.name(), before.internalId(), to, nanoClock.getAsLong())
                : before);
  }

  @Override
  public void notPlaced(String meetingId, Server server) {
    forget(meetingId, server, Set.of(Certainty.PLACING));
  }

  @Override
  public void denies(String meetingId, Server server) {
    forget(meetingId, server, Set.of(Certainty.CERTAIN, Certainty.ENDING));
  }

  private void forget(String meetingId, Server server, Set<Certainty> certainties) {
    table.change(
        table.externalId(meetingId),
        before ->
            before != null
                    && before.server().equals(server.name())
                    && certainties.contains(before.certainty())
                ? null
                : before);
  }

  @Override
  public void ending(String meetingId, Server server) {
    alter(meetingId, server, Certainty.CERTAIN, Certainty.ENDING);
  }

  @Override
  public boolean isEnding(String meetingId) {
    return table.find(meetingId).filter(entry -> entry.certainty() == Certainty.ENDING).isPresent();
  }

  /**
   * Takes what a complete sweep of a server found.
   *
   * @param meetings external id to internal id of every meeting it holds
   * @param begun when the sweep began, on the clock's scale: what was learned later is newer than
   *     it
   */
  public void swept(Server server, Map<String, String> meetings, long begun) {
    meetings.forEach((meetingId, internalId) -> learn(meetingId, internalId, server));
    table.forget(
        (meetingId, entry) ->
            entry.server().equals(server.name())
                && !meetings.containsKey(meetingId)
                && isOlder(entry, begun));
  }

  private boolean isOlder(Entry entry, long begun) {
    return switch (entry.certainty()) {
      case PLACING -> false;
      case PERHAPS -> entry.since() + createPatience.toNanos() - begun < 0;
      case CERTAIN, ENDING -> entry.since() - begun < 0;
    };
  }

  /** How many meetings are remembered. */
  public int size() {
    return table.meetingIds().size();
  }

  private void learn(String meetingId, String internalId, Server server) {
    List<Runnable> reports = new ArrayList<>(0);
    table.change(
        meetingId,
        before -> {
          reports.clear();
          Entry found =
              new Entry(server.name(), internalId, Certainty.CERTAIN, nanoClock.getAsLong());
          if (before == null) {
            return found;
          }
          if (before.server().equals(server.name())) {
            boolean sameRun = internalId.isEmpty() || before.internalId().equals(internalId);
            if (!sameRun) {
              return found;
            }
            return before.certainty() == Certainty.ENDING ? before : found.as(before.internalId());
          }
          boolean older = found.createTime() < before.createTime();
          Entry kept = older ? found : before;
          if (before.certainty() != Certainty.PERHAPS) {
            reports.add(() -> reportSplit(meetingId, kept, older ? before : found));
          }
          return kept;
        });
    reports.forEach(Runnable::run);
  }

  private void reportSplit(String meetingId, Entry kept, Entry other) {
    Optional<ServerStatus> keptOn = pool.status(kept.server());
    Optional<ServerStatus> otherOn = pool.status(other.server());
    if (keptOn.isPresent() && otherOn.isPresent()) {
      observer.meetingSplit(meetingId, keptOn.get().server(), otherOn.get().server());
    }
  }

  private CompletionStage<Location> askAll(String meetingId) {
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    List<Server> silent = new ArrayList<>();
    Deadline deadline = calls.in(patience);
    QueryString question =
        QueryString.EMPTY.with("meetingID", URLEncoder.encode(meetingId, StandardCharsets.UTF_8));
    for (ServerStatus status : pool.snapshot()) {
      if (status.answers()) {
        replies.add(
            calls
                .ask(
                    status.server(),
                    ApiCall.GET_MEETING_INFO,
                    question,
                    deadline,
                    new Cancellation())
                .toCompletableFuture());
      } else if (status.servesMeetings() && !status.swept()) {
        // It never told what it holds. One that went down later did: its last sweep stands.
        silent.add(status.server());
      }
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              replies.forEach(reply -> take(meetingId, reply.join(), silent));
              return conclude(meetingId, silent);
            });
  }

  private void take(String asked, Reply reply, List<Server> silent) {
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
    String meetingId = said.content().text("meetingID");
    String internalId = said.content().text("internalMeetingID");
    // Servers also find a meeting by the beginning of its internal id: that is another meeting.
    if (meetingId.equals(asked) || internalId.equals(asked)) {
      learn(meetingId, internalId, said.server());
    }
  }

  private Location conclude(String meetingId, List<Server> silent) {
    // A create may have been placed while the servers were asked: what is remembered counts.
    Optional<Server> remembered = remembered(meetingId);
    if (remembered.isPresent()) {
      return new Location.Found(remembered.get());
    }
    if (!silent.isEmpty()) {
      return new Location.Unknown(silent);
    }
    absences.add(meetingId);
    return new Location.Absent();
  }
}
