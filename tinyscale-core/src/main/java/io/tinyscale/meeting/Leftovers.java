package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Copies beside the meeting that we made or gave up: a server brings them back that was down while
 * its meetings were made anew elsewhere, or a create without an answer makes them late. A copy is
 * ended if two complete sweeps of its server in a row, and a question after them, say that nobody
 * is in it; if no join went there since the first of these sweeps began; and as long as the meeting
 * lives elsewhere, on a server that is up. A copy with people in it is left alone and reported;
 * every sweep of its server looks at it again. Nothing is ended on a server that the pool lists
 * twice. If a front end ends a meeting, all its copies are ended. Thread-safe.
 */
final class Leftovers {

  /**
   * Most leftovers that a server is asked for, and told to end, after one sweep; the rest waits for
   * the next sweep. A server that has just come back is not flooded.
   */
  private static final int MOST_ENDED_PER_SWEEP = 100;

  private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

  /** A meeting on a server. */
  private record Run(MeetingId meetingId, String server) {}

  private final MeetingTable table;
  private final Servers servers;
  private final TwiceListed twice;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final Duration patience;

  /** Copies with a known internal id that are being ended, since no create went there. */
  private final Set<Run> ending = ConcurrentHashMap.newKeySet();

  /**
   * Looks after the leftovers of these meetings.
   *
   * @param patience how long a server may take for an answer
   */
  Leftovers(
      MeetingTable table,
      Servers servers,
      TwiceListed twice,
      ServerCalls calls,
      GatewayObserver observer,
      Duration patience) {
    this.table = table;
    this.servers = servers;
    this.twice = twice;
    this.calls = calls;
    this.observer = observer;
    this.patience = patience;
  }

  /**
   * Takes what a complete sweep of a server found, once the table has learned of it.
   *
   * @param begun when the sweep began
   */
  void swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    List<Map.Entry<MeetingId, HeldMeeting>> empty = new ArrayList<>();
    for (Map.Entry<MeetingId, HeldMeeting> meeting : meetings.entrySet()) {
      MeetingId meetingId = meeting.getKey();
      if (table.find(meetingId).filter(live -> live.hasOtherOn(server.name())).isPresent()) {
        Copy shown = Copy.of(server.name(), meeting.getValue(), begun);
        table.change(meetingId, live -> live.second(server.name(), servers).lookedAt(shown, begun));
        if (isToBeEnded(meetingId, server)) {
          empty.add(meeting);
        }
      }
    }
    empty.stream()
        .limit(MOST_ENDED_PER_SWEEP)
        .forEach(meeting -> endIfEmpty(meeting.getKey(), meeting.getValue(), server));
  }

  private boolean isToBeEnded(MeetingId meetingId, Server server) {
    return !twice.contains(server)
        && table
            .find(meetingId)
            .filter(live -> live.second(server.name(), servers).isToBeEnded())
            .isPresent();
  }

  /**
   * Asks a server once more for the people in a leftover. The leftover is ended only if the answer
   * is about that very copy and says that nobody is in it.
   */
  private void endIfEmpty(MeetingId meetingId, HeldMeeting leftover, Server server) {
    long asked = calls.nanoClock().getAsLong();
    ask(
        meetingId,
        leftover.internalId(),
        server,
        shown -> {
          // Since the question began, this copy may have become the meeting again, and joins go to
          // it.
          Copy copy = Copy.of(server.name(), shown, asked);
          table.change(meetingId, live -> live.second(server.name(), servers).answered(copy));
          return shown.users() == 0 && isToBeEnded(meetingId, server)
              ? end(meetingId, shown, server, live -> live.second(server.name(), servers).ended())
              : DONE;
        });
  }

  /**
   * Ends other copies of a meeting that its front end has ended, whoever is in them.
   *
   * @param copies each with its server
   * @return done when every server has answered, or has had its time
   */
  CompletionStage<Void> endToo(MeetingId meetingId, Map<Copy, Server> copies) {
    return Stages.all(
            copies.entrySet().stream()
                .map(entry -> endToo(meetingId, entry.getKey(), entry.getValue()))
                .toList())
        .thenAccept(all -> {});
  }

  private CompletionStage<Void> endToo(MeetingId meetingId, Copy copy, Server server) {
    Run run = new Run(meetingId, server.name());
    if (!copy.internalId().isEmpty()) {
      ending.add(run);
    }
    return ask(
            meetingId,
            copy.internalId(),
            server,
            shown ->
                isMadeAgain(run)
                    ? DONE
                    : end(
                        meetingId,
                        shown,
                        server,
                        live ->
                            live.endedOn(server.name(), calls.nanoClock().getAsLong(), servers)))
        .whenComplete((done, bug) -> ending.remove(run));
  }

  /**
   * Whether what a server shows may be the next run of the meeting: calls go there now. To a copy
   * that is known by its internal id, calls may also go because a sweep has shown meanwhile that
   * the meeting is over elsewhere; it is the next run only if a create has found it again.
   */
  private boolean isMadeAgain(Run run) {
    return !ending.contains(run)
        && table.find(run.meetingId).filter(live -> live.server().equals(run.server)).isPresent();
  }

  /** A create for a meeting goes to a server now: what is there then is not to be ended. */
  void creating(MeetingId meetingId, Server server) {
    ending.remove(new Run(meetingId, server.name()));
  }

  /**
   * Asks a server for a copy.
   *
   * @param internalId empty if any run of the meeting counts
   * @param whenShown takes that very copy, with its internal id
   * @return done when that is done
   */
  private CompletionStage<Void> ask(
      MeetingId meetingId,
      String internalId,
      Server server,
      Function<HeldMeeting, CompletionStage<Void>> whenShown) {
    // By its internal id a server finds this copy, and no other run of the meeting.
    String id = internalId.isEmpty() ? meetingId.text() : internalId;
    QueryString question = QueryString.EMPTY.withEncoded("meetingID", id);
    return calls
        .ask(server, ApiCall.GET_MEETING_INFO, question, calls.in(patience), new Cancellation())
        .thenCompose(
            reply -> {
              if (reply instanceof Reply.Said said) {
                HeldMeeting shown = HeldMeeting.of(said.content());
                return isAbout(meetingId, internalId, said.content(), shown)
                    ? whenShown.apply(shown)
                    : DONE;
              }
              if (reply instanceof Reply.Nothing nothing) {
                observer.callFailed(
                    ApiCall.GET_MEETING_INFO, server, nothing.cause(), RequestTrace.NONE);
              }
              return DONE;
            });
  }

  private static boolean isAbout(
      MeetingId meetingId, String internalId, ApiReply answer, HeldMeeting shown) {
    return answer.succeeded()
        && answer.text("meetingID").equals(meetingId.text())
        && !shown.internalId().isEmpty()
        && (internalId.isEmpty() || internalId.equals(shown.internalId()));
  }

  /**
   * Tells a server to end a copy.
   *
   * @param ended what becomes of the meeting if the server obeys
   * @return done when the server has answered
   */
  private CompletionStage<Void> end(
      MeetingId meetingId, HeldMeeting copy, Server server, Function<Whereabouts, Change> ended) {
    QueryString parameters = QueryString.EMPTY.withEncoded("meetingID", copy.internalId());
    if (!copy.moderatorPassword().isEmpty()) {
      parameters = parameters.withEncoded("password", copy.moderatorPassword());
    }
    return calls
        .ask(server, ApiCall.END, parameters, calls.in(patience), new Cancellation())
        .thenAccept(
            reply -> {
              if (reply instanceof Reply.Said said && said.content().succeeded()) {
                table.change(meetingId, ended);
              } else if (reply instanceof Reply.Said said && !said.content().deniesMeeting()) {
                observer.callFailed(
                    ApiCall.END,
                    server,
                    "it answered FAILED " + said.content().messageKey(),
                    RequestTrace.NONE);
              } else if (reply instanceof Reply.Nothing nothing) {
                observer.callFailed(ApiCall.END, server, nothing.cause(), RequestTrace.NONE);
              }
            });
  }
}
