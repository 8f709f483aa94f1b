package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
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

/**
 * What servers bring back that were down while their meetings were made anew elsewhere: told to end
 * as long as the meeting lives elsewhere. Thread-safe.
 *
 * <p>A meeting that was made anew may end and be made once more while the first server is still
 * down. So which server has an old copy is remembered beyond the entry in the table, until that
 * server tells what it holds.
 */
final class Leftovers {

  /** The rest is ended after the next sweep: a server that has just come back is not flooded. */
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
    meetings.entrySet().stream()
        .filter(meeting -> isLeftover(meeting.getKey(), server))
        .limit(MOST_ENDED_PER_SWEEP)
        .forEach(meeting -> end(meeting.getKey(), meeting.getValue(), server));
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

  private void end(MeetingId meetingId, HeldMeeting leftover, Server server) {
    QueryString question = QueryString.EMPTY.withEncoded("meetingID", meetingId.text());
    if (!leftover.moderatorPassword().isEmpty()) {
      question = question.withEncoded("password", leftover.moderatorPassword());
    }
    calls
        .ask(server, ApiCall.END, question, calls.in(patience), new Cancellation())
        .thenAccept(
            reply -> {
              if (reply instanceof Reply.Said said && said.content().succeeded()) {
                toldToEnd(meetingId, server);
              } else if (reply instanceof Reply.Said said && !said.content().deniesMeeting()) {
                observer.callFailed(
                    ApiCall.END, server, "it answered FAILED " + said.content().messageKey());
              } else if (reply instanceof Reply.Nothing nothing) {
                observer.callFailed(ApiCall.END, server, nothing.cause());
              }
            });
  }

  private void toldToEnd(MeetingId meetingId, Server server) {
    List<Runnable> reports = new ArrayList<>(1);
    table.change(
        meetingId,
        live -> {
          if (live == null || live.copies().get(server.name()) != Standing.DETACHED) {
            return live;
          }
          pool.status(live.server())
              .ifPresent(
                  on ->
                      reports.add(
                          () -> observer.meetingLeftoverEnded(meetingId, server, on.server())));
          return live.withCopyOn(server.name(), Standing.TOLD_TO_END);
        });
    reports.forEach(Runnable::run);
  }
}
