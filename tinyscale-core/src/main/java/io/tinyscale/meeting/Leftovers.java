package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.meeting.MeetingTable.Entry;
import io.tinyscale.meeting.MeetingTable.Standing;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What servers bring back that were down while their meetings were made anew elsewhere. As long as
 * the meeting lives elsewhere, an empty copy is ended. A copy with people in it is left alone and
 * reported; every sweep of its server looks at it again. Thread-safe.
 *
 * <p>A meeting that was made anew may end and be made once more while the first server is still
 * down. So which server has an old copy is remembered beyond the entry in the table, until that
 * server tells what it holds.
 */
final class Leftovers {

  /**
   * Most leftovers that a server is asked for, and told to end, after one sweep; the rest waits for
   * the next sweep. A server that has just come back is not flooded.
   */
  private static final int MOST_ENDED_PER_SWEEP = 100;

  private final MeetingTable table;
  private final ServerPool pool;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final Duration patience;

  /** By server, the external ids of meetings that were on it when they were made anew. */
  private final Map<String, Set<MeetingId>> detached = new ConcurrentHashMap<>();

  /** Remembers nothing yet. */
  Leftovers(
      MeetingTable table,
      ServerPool pool,
      ServerCalls calls,
      GatewayObserver observer,
      Duration patience) {
    this.table = table;
    this.pool = pool;
    this.calls = calls;
    this.observer = observer;
    this.patience = patience;
  }

  /** A meeting that this server has is about to be made anew. */
  void detach(MeetingId meetingId, String server) {
    detached.computeIfAbsent(server, name -> ConcurrentHashMap.newKeySet()).add(meetingId);
  }

  /** The servers that may bring back an old copy of a meeting. */
  List<String> detachedFrom(MeetingId meetingId) {
    return detached.entrySet().stream()
        .filter(entry -> entry.getValue().contains(meetingId))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Whether a server that shows a copy brought it back: the meeting was made anew elsewhere while
   * it was down, and since then it has never told that it has none. The copy may even be younger,
   * for a create without an answer may take effect late.
   */
  static boolean isLeftover(Entry live, String server) {
    return live.copies().getOrDefault(server, Standing.RIVAL) != Standing.RIVAL;
  }

  /** Takes what a complete sweep of a server found, once the table has learned of it. */
  void swept(Server server, Map<MeetingId, HeldMeeting> meetings) {
    List<Map.Entry<MeetingId, HeldMeeting>> empty = new ArrayList<>();
    for (Map.Entry<MeetingId, HeldMeeting> meeting : meetings.entrySet()) {
      if (!isLeftover(meeting.getKey(), server)) {
        continue;
      }
      if (meeting.getValue().users() > 0) {
        leaveAlone(meeting.getKey(), server);
      } else {
        empty.add(meeting);
      }
    }
    empty.stream()
        .limit(MOST_ENDED_PER_SWEEP)
        .forEach(meeting -> endIfEmpty(meeting.getKey(), meeting.getValue(), server));
    detached.keySet().removeIf(name -> pool.status(name).isEmpty());
    detached.computeIfPresent(
        server.name(),
        (name, meetingIds) -> {
          meetingIds.removeIf(id -> !meetings.containsKey(id) || isOn(id, name));
          return meetingIds.isEmpty() ? null : meetingIds;
        });
  }

  private boolean isOn(MeetingId meetingId, String server) {
    return table.find(meetingId).filter(entry -> entry.server().equals(server)).isPresent();
  }

  private boolean isLeftover(MeetingId meetingId, Server server) {
    return table
        .find(meetingId)
        .filter(live -> live.isCertain() && isLeftover(live, server.name()))
        .flatMap(live -> pool.status(live.server()))
        .filter(ServerStatus::answers)
        .isPresent();
  }

  /**
   * Asks a server for the people in a leftover. The leftover is ended only if the answer is about
   * that very copy and says that nobody is in it.
   */
  private void endIfEmpty(MeetingId meetingId, HeldMeeting leftover, Server server) {
    // By its internal id a server finds this copy, and no other run of the meeting.
    String id = leftover.internalId().isEmpty() ? meetingId.text() : leftover.internalId();
    QueryString question = QueryString.EMPTY.withEncoded("meetingID", id);
    calls
        .ask(server, ApiCall.GET_MEETING_INFO, question, calls.in(patience), new Cancellation())
        .thenAccept(
            reply -> {
              if (reply instanceof Reply.Said said) {
                looked(meetingId, leftover, server, said.content());
              } else if (reply instanceof Reply.WrongSecret) {
                observer.serverRefusesSecret(server);
              } else if (reply instanceof Reply.Nothing nothing) {
                observer.callFailed(ApiCall.GET_MEETING_INFO, server, nothing.cause());
              }
            });
  }

  private void looked(MeetingId meetingId, HeldMeeting leftover, Server server, ApiReply answer) {
    HeldMeeting shown = HeldMeeting.of(answer);
    boolean sameCopy =
        answer.succeeded()
            && answer.text("meetingID").equals(meetingId.text())
            && !shown.internalId().isEmpty()
            && (leftover.internalId().isEmpty()
                || leftover.internalId().equals(shown.internalId()));
    // Since it was asked, this copy may have become the meeting again, and joins go to it.
    if (!sameCopy || !isLeftover(meetingId, server)) {
      return;
    }
    if (shown.users() > 0) {
      leaveAlone(meetingId, server);
    } else if (shown.users() == 0) {
      end(meetingId, shown, server);
    }
  }

  private void end(MeetingId meetingId, HeldMeeting leftover, Server server) {
    QueryString question = QueryString.EMPTY.withEncoded("meetingID", leftover.internalId());
    if (!leftover.moderatorPassword().isEmpty()) {
      question = question.withEncoded("password", leftover.moderatorPassword());
    }
    calls
        .ask(server, ApiCall.END, question, calls.in(patience), new Cancellation())
        .thenAccept(
            reply -> {
              if (reply instanceof Reply.Said said && said.content().succeeded()) {
                becomes(
                    Standing.TOLD_TO_END,
                    meetingId,
                    server,
                    live -> observer.meetingLeftoverEnded(meetingId, server, live));
              } else if (reply instanceof Reply.Said said && !said.content().deniesMeeting()) {
                observer.callFailed(
                    ApiCall.END, server, "it answered FAILED " + said.content().messageKey());
              } else if (reply instanceof Reply.Nothing nothing) {
                observer.callFailed(ApiCall.END, server, nothing.cause());
              }
            });
  }

  /** People are in a leftover: it lives on beside the meeting, and is asked again next time. */
  private void leaveAlone(MeetingId meetingId, Server server) {
    becomes(
        Standing.IN_USE, meetingId, server, live -> observer.meetingSplit(meetingId, live, server));
  }

  /**
   * Notes what a leftover is from now on.
   *
   * @param report gets the server where the meeting lives, if this is new
   */
  private void becomes(
      Standing standing, MeetingId meetingId, Server server, Consumer<Server> report) {
    List<Server> lives = new ArrayList<>(1);
    table.change(
        meetingId,
        live -> {
          lives.clear();
          if (live == null
              || !isLeftover(live, server.name())
              || live.copies().get(server.name()) == standing) {
            return live;
          }
          pool.status(live.server()).ifPresent(status -> lives.add(status.server()));
          return live.withCopyOn(server.name(), standing);
        });
    lives.forEach(report);
  }
}
