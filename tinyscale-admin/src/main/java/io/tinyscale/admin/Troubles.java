package io.tinyscale.admin;

import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.meeting.KnownMeeting;
import io.tinyscale.meeting.KnownMeeting.KnownCopy;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.ServerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds what an administrator should look at. */
final class Troubles {

  private static final Duration RECENT = Duration.ofMinutes(10);
  private static final Duration OTHER_BALANCER = Duration.ofHours(1);

  /** Fewer failed calls in five minutes may be chance. */
  private static final long SOME_FAILURES = 5;

  private static final int GRAVE_PERCENT = 10;

  private final Snapshot now;
  private final List<Trouble> found = new ArrayList<>();

  private Troubles(Snapshot now) {
    this.now = now;
  }

  /** What is wrong now, the worst first. */
  static List<Trouble> of(Snapshot now) {
    Troubles troubles = new Troubles(now);
    troubles.ofPool();
    now.status().servers().forEach(troubles::ofServer);
    now.splits().forEach(troubles::ofSplit);
    troubles.ofMoreSplits();
    troubles.ofCalls();
    troubles.ofFile();
    troubles.ofBalancer();
    troubles.found.addAll(SharedTroubles.of(now));
    List<String> order = List.of(Trouble.CRITICAL, Trouble.WARNING, Trouble.INFO);
    return troubles.found.stream()
        .sorted(
            Comparator.comparingInt((Trouble trouble) -> order.indexOf(trouble.severity()))
                .thenComparing(Comparator.comparingLong(Trouble::users).reversed())
                .thenComparing(Trouble::since))
        .toList();
  }

  private void ofPool() {
    if (now.status().takingNewMeetings() > 0) {
      return;
    }
    Instant since =
        now.status().servers().stream()
            .map(server -> server.status().since())
            .max(Comparator.naturalOrder())
            .filter(time -> !time.equals(Instant.EPOCH))
            .orElse(now.startedAt());
    found.add(
        Trouble.of(
                Trouble.CRITICAL,
                "no-server",
                since,
                "no server takes new meetings",
                "Look at the servers below: enable one, or bring one back.")
            .touching(now.meetings(), now.users())
            .withCommand("tinyscale servers"));
  }

  private Trouble at(OfServer server, String severity, String code, String text, String advice) {
    Instant since = server.status().since();
    return Trouble.of(
            severity,
            code,
            since.equals(Instant.EPOCH) ? now.startedAt() : since,
            server.status().server().name() + " " + text,
            advice)
        .at(server.status().server().name())
        .touching(Snapshot.meetings(server), Math.max(0, server.load().users()))
        .because(server.status().cause());
  }

  private void ofServer(OfServer server) {
    ServerStatus status = server.status();
    String name = status.server().name();
    if (status.server().state() == AdminState.DISABLED) {
      return;
    }
    boolean matters =
        status.server().state() == AdminState.ENABLED || Snapshot.meetings(server) > 0;
    if (!status.health().isUp()) {
      found.add(
          at(
                  server,
                  matters ? Trouble.WARNING : Trouble.INFO,
                  "server-down",
                  "is down",
                  "Look at the server and at the way to it.")
              .withCommand("tinyscale probe " + name));
    } else if (status.refusesSecret()) {
      found.add(
          at(
                  server,
                  Trouble.WARNING,
                  "secret-refused",
                  "refuses our secret",
                  "Compare the pool file with `bbb-conf --secret` on the server.")
              .withCommand("tinyscale set " + name + " --secret-file FILE"));
    } else if (status.health().isEjected()) {
      found.add(
          at(
                  server,
                  Trouble.WARNING,
                  "ejected",
                  "gets no new meetings because real calls to it fail",
                  "It is tried again by itself. If that fails, look at the server.")
              .withCommand("tinyscale server " + name));
    } else if (status.health().isOnTrial()) {
      found.add(
          at(
              server,
              Trouble.INFO,
              "on-trial",
              "is on trial after real calls to it failed",
              "It gets one create at a time until one passes."));
    } else {
      ofList(server);
    }
    ofDrain(server);
  }

  private void ofList(OfServer server) {
    String name = server.status().server().name();
    Tally.Sign list = now.tally().list(name);
    if (list != null) {
      boolean isUnknown = list.text().equals("unknown");
      found.add(
          at(
                  server,
                  Trouble.WARNING,
                  isUnknown ? "list-unknown" : "list-damaged",
                  isUnknown
                      ? "does not tell all its meetings"
                      : "tells its meetings in a damaged list",
                  "Meetings may be there that tinyscale does not know: look at the server's log.")
              .withCommand("tinyscale probe " + name));
    } else if (server.sinceSweep() != null && server.sinceSweep().compareTo(now.staleAfter()) > 0) {
      found.add(
          at(
                  server,
                  Trouble.WARNING,
                  "sweep-stale",
                  "has not told its meetings for long",
                  "What is known of it is old.")
              .withCommand("tinyscale probe " + name));
    }
  }

  private void ofDrain(OfServer server) {
    Drain drain = server.status().server().drain();
    if (drain == null || drain.deadline() == null || drain.deadline().isAfter(now.time())) {
      return;
    }
    if (Snapshot.meetings(server) > 0) {
      String name = server.status().server().name();
      found.add(
          Trouble.of(
                  drain.end() ? Trouble.INFO : Trouble.WARNING,
                  "drain-overdue",
                  drain.deadline(),
                  name + " still has meetings after the deadline of its drain",
                  drain.end()
                      ? "They are being ended."
                      : "End them, or wait until they have ended.")
              .at(name)
              .touching(Snapshot.meetings(server), Math.max(0, server.load().users()))
              .withCommand("tinyscale end-all " + name));
    }
  }

  private void ofSplit(KnownMeeting meeting) {
    long people =
        meeting.copies().stream().map(KnownCopy::users).filter(users -> users > 0).count() == 0
            ? 0
            : meeting.copies().stream().mapToLong(copy -> Math.max(0, copy.users())).sum();
    found.add(
        Trouble.of(
                Trouble.WARNING,
                "split",
                now.tally().splitSince(meeting.meetingId()),
                "a meeting is alive on two servers",
                "People of one meeting do not see each other: end the copy that joins do not lead to.")
            .at(meeting.copy().server())
            .touching(1, people)
            .about(meeting));
  }

  private void ofMoreSplits() {
    int more = now.status().splits() - now.splits().size();
    if (!now.splits().isEmpty() && more > 0) {
      found.add(
          Trouble.of(
                  Trouble.WARNING,
                  "split",
                  now.startedAt(),
                  "more meetings are alive on two servers",
                  "People of one meeting do not see each other.")
              .touching(more, 0));
    }
  }

  private void ofCalls() {
    History.Rates rates = now.rates();
    long percent = rates.callsLast5m() == 0 ? 0 : 100 * rates.failedLast5m() / rates.callsLast5m();
    if (rates.failedLast5m() >= SOME_FAILURES && percent >= 1) {
      found.add(
          Trouble.of(
              percent >= GRAVE_PERCENT ? Trouble.CRITICAL : Trouble.WARNING,
              "calls-failing",
              now.tally().failingSince(),
              percent + " % of calls fail",
              "The log tells each of them as call.failed."));
    }
    Tally.Sign overload = now.tally().overload();
    if (overload != null) {
      found.add(
          Trouble.of(
              Trouble.CRITICAL,
              "overloaded",
              overload.time(),
              "calls are refused because there are too many at once",
              "Look for a slow server; limit.calls and limit.calls.server are the bounds."));
    }
  }

  private void ofFile() {
    List<String> mistakes = now.tally().poolMistakes();
    if (!mistakes.isEmpty()) {
      found.add(
          Trouble.of(
                  Trouble.WARNING,
                  "pool-file-invalid",
                  now.tally().poolRefusedAt(),
                  "the pool file has mistakes, and the pool stays as it was",
                  "Correct the file.")
              .withDetails(mistakes)
              .withCommand("tinyscale reload"));
    }
  }

  private void ofBalancer() {
    Tally.Sign bug = now.tally().lastBug();
    if (bug != null && bug.time().isAfter(now.time().minus(RECENT))) {
      found.add(
          Trouble.of(
                  Trouble.WARNING,
                  "bug",
                  bug.time(),
                  "tinyscale made a mistake",
                  "The log says where: please report it.")
              .because(bug.text()));
    }
    Tally.Sign other = now.tally().lastOtherBalancer();
    if (other != null && other.time().isAfter(now.time().minus(OTHER_BALANCER))) {
      found.add(
          Trouble.of(
                  Trouble.INFO,
                  "other-balancer",
                  other.time(),
                  "somebody else makes meetings on the servers, too",
                  "If that is not meant, find the program that knows the servers' secrets.")
              .at(other.text()));
    }
  }
}
