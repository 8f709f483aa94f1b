package io.tinyscale.meeting;

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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Finds out where meetings are: by what is remembered, else by what the sweeps prove, else by
 * questions to the servers, which all who ask at the same time share. Thread-safe.
 */
final class MeetingLocator {

  /** Each asks all servers: a flood of made-up ids must not become one on every server. */
  static final int MOST_QUESTIONS = 200;

  /** Leaves creates room in a flood of other calls. */
  static final int MOST_QUESTIONS_WITH_CREATES = 2 * MOST_QUESTIONS;

  /** Time for the question to a server that is down: it answers at once if it is back. */
  static final Duration LAST_QUESTION = Duration.ofSeconds(1);

  private final ServerPool pool;
  private final RememberedHolders holders;
  private final ServerReports reports;
  private final SweptEvidence swept;
  private final Absences absences;
  private final HolderSearch search;
  private final ServerCalls calls;
  private final Agreement agreement;
  private final GatewayObserver observer;
  private final DirectorySettings settings;
  private final LongSupplier nanoClock;
  private final SingleFlight<Question, Finding> questions = new SingleFlight<>();

  /**
   * Tells time by the clock of the calls.
   *
   * @param reports takes what the servers answer
   * @param agreement what other balancers tell
   */
  MeetingLocator(
      ServerPool pool,
      RememberedHolders holders,
      ServerReports reports,
      SweptEvidence swept,
      Absences absences,
      HolderSearch search,
      ServerCalls calls,
      Agreement agreement,
      GatewayObserver observer,
      DirectorySettings settings) {
    this.pool = pool;
    this.holders = holders;
    this.reports = reports;
    this.swept = swept;
    this.absences = absences;
    this.search = search;
    this.calls = calls;
    this.agreement = agreement;
    this.observer = observer;
    this.settings = settings;
    this.nanoClock = calls.nanoClock();
  }

  /**
   * Where a meeting is.
   *
   * @param denier has already said that it does not know it
   * @param ofCreate whether a create asks; it joins no other question
   */
  private record Question(MeetingId meetingId, Optional<Server> denier, boolean ofCreate) {

    /** A question of a call that is no create. */
    Question(MeetingId meetingId) {
      this(meetingId, Optional.empty(), false);
    }
  }

  /** Where a meeting is. */
  CompletionStage<Location> locate(MeetingId meetingId) {
    return locate(new Question(meetingId)).thenApply(Finding::location);
  }

  /** Where a meeting is as far as it is remembered and the sweeps tell: no server is asked. */
  Location locateUnasked(MeetingId meetingId) {
    return holders.locate(meetingId).orElseGet(() -> withoutQuestion(new Question(meetingId)));
  }

  /** Where a meeting is now that a server has denied it; see {@link MeetingDirectory}. */
  CompletionStage<Location> locateAfterDenial(MeetingId meetingId, Server denier, long asked) {
    return afterDenial(new Question(meetingId, Optional.of(denier), false), denier, asked)
        .thenApply(Finding::location);
  }

  /** The same for a create that asked the denier itself. */
  CompletionStage<Finding> locateFreshAfterDenial(MeetingId meetingId, Server denier, long asked) {
    return afterDenial(new Question(meetingId, Optional.of(denier), true), denier, asked);
  }

  private CompletionStage<Finding> afterDenial(Question question, Server denier, long asked) {
    reports.denied(question.meetingId(), denier.name(), asked);
    return locate(question);
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
              reports.told(meetingId, all);
              // Of two copies the one that calls go to.
              Location location =
                  holders
                      .locate(rest)
                      .or(() -> holders.locate(itself))
                      .map(seen -> holders.locate(meetingId).orElse(seen))
                      .orElseGet(() -> rest.absentUnlessSilent(untold));
              return new Finding(location, all.unable());
            });
  }

  /**
   * Where a meeting is now that its server has said that it is not running. Servers say that of
   * meetings that they do not know, too, so this one is asked whether it has the meeting.
   */
  CompletionStage<Location> locateNotRunning(MeetingId meetingId, Server server) {
    long asked = nanoClock.getAsLong();
    return search
        .ask(meetingId, List.of(server), calls.in(settings.question()))
        .thenCompose(
            result -> {
              reports.shown(result);
              Location told =
                  holders.locate(result).orElseGet(() -> result.absentUnlessSilent(List.of()));
              return told instanceof Location.Absent
                  ? locateAfterDenial(meetingId, server, asked)
                  : CompletableFuture.completedStage(told);
            });
  }

  /** Where a meeting is as far as it is remembered, and was not just denied. */
  private Optional<Location> remembered(Question question) {
    return holders.locate(question.meetingId()).filter(found -> !isDenied(question, found));
  }

  /**
   * Whether a meeting is remembered where it was just denied. A create of ours may still make it
   * there; but if others make meetings, one of them may have made it elsewhere meanwhile.
   */
  private boolean isDenied(Question question, Location remembered) {
    return !question.ofCreate()
        && remembered instanceof Location.Found found
        && found.fallbacks().isEmpty()
        && question.denier().filter(found.server()::equals).isPresent()
        && !swept.decides(question.meetingId());
  }

  private CompletionStage<Finding> locate(Question question) {
    MeetingId meetingId = question.meetingId();
    Optional<Location> found = remembered(question);
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
            (rest, last) -> conclude(question, rest.and(last), untold, now));
  }

  private Finding conclude(
      Question question, HolderSearch.Result result, List<Server> untold, long asked) {
    reports.shown(result);
    // A create may have been placed while the servers were asked: what is remembered counts.
    Location location =
        remembered(question)
            .or(() -> holders.locate(result))
            .orElseGet(() -> result.absentUnlessSilent(untold));
    if (location instanceof Location.Absent) {
      Optional<Location> denied = holders.locate(question.meetingId());
      if (denied.isPresent()) {
        // The denial may be stale, and nobody else has it.
        return new Finding(denied.get(), result.unable());
      }
      absences.add(question.meetingId(), asked);
    }
    return new Finding(location, result.unable());
  }
}
