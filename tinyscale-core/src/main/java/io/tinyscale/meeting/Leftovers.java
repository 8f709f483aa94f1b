package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What servers bring back that were down while their meetings were made anew elsewhere. As long as
 * the meeting lives elsewhere, an empty copy is ended. A copy with people in it is left alone and
 * reported; every sweep of its server looks at it again. Thread-safe.
 */
final class Leftovers {

  /**
   * Most leftovers that a server is asked for, and told to end, after one sweep; the rest waits for
   * the next sweep. A server that has just come back is not flooded.
   */
  private static final int MOST_ENDED_PER_SWEEP = 100;

  private final MeetingTable table;
  private final Servers servers;
  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final Duration patience;

  /**
   * Looks after the leftovers of these meetings.
   *
   * @param patience how long a server may take for an answer
   */
  Leftovers(
      MeetingTable table,
      Servers servers,
      ServerCalls calls,
      GatewayObserver observer,
      Duration patience) {
    this.table = table;
    this.servers = servers;
    this.calls = calls;
    this.observer = observer;
    this.patience = patience;
  }

  /** Takes what a complete sweep of a server found, once the table has learned of it. */
  void swept(Server server, Map<MeetingId, HeldMeeting> meetings) {
    List<Map.Entry<MeetingId, HeldMeeting>> empty = new ArrayList<>();
    for (Map.Entry<MeetingId, HeldMeeting> meeting : meetings.entrySet()) {
      if (!isLeftover(meeting.getKey(), server)) {
        continue;
      }
      if (meeting.getValue().users() > 0) {
        leaveAlone(meeting.getKey(), meeting.getValue(), server);
      } else {
        empty.add(meeting);
      }
    }
    empty.stream()
        .limit(MOST_ENDED_PER_SWEEP)
        .forEach(meeting -> endIfEmpty(meeting.getKey(), meeting.getValue(), server));
  }

  private boolean isLeftover(MeetingId meetingId, Server server) {
    return table
        .find(meetingId)
        .filter(live -> live.hasLeftoverOn(server.name(), servers))
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
      leaveAlone(meetingId, shown, server);
    } else if (shown.users() == 0) {
      end(meetingId, shown, server);
    }
  }

  private void end(MeetingId meetingId, HeldMeeting leftover, Server server) {
    QueryString parameters = QueryString.EMPTY.withEncoded("meetingID", leftover.internalId());
    if (!leftover.moderatorPassword().isEmpty()) {
      parameters = parameters.withEncoded("password", leftover.moderatorPassword());
    }
    calls
        .ask(server, ApiCall.END, parameters, calls.in(patience), new Cancellation())
        .thenAccept(
            reply -> {
              if (reply instanceof Reply.Said said && said.content().succeeded()) {
                table.change(meetingId, live -> live.leftoverEnded(server.name()));
              } else if (reply instanceof Reply.Said said && !said.content().deniesMeeting()) {
                observer.callFailed(
                    ApiCall.END, server, "it answered FAILED " + said.content().messageKey());
              } else if (reply instanceof Reply.Nothing nothing) {
                observer.callFailed(ApiCall.END, server, nothing.cause());
              }
            });
  }

  /** People are in a leftover: it lives on beside the meeting, and is asked again next time. */
  private void leaveAlone(MeetingId meetingId, HeldMeeting shown, Server server) {
    Copy copy = Copy.of(server.name(), shown, calls.nanoClock().getAsLong());
    table.change(meetingId, live -> live.leftoverInUse(copy));
  }
}
