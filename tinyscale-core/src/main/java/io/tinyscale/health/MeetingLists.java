package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Asks a server which meetings it holds, apart from its sweeps: what is done to all meetings of a
 * server is done to those of now. Thread-safe.
 */
final class MeetingLists {

  private final ServerCalls calls;
  private final GatewayObserver observer;
  private final Duration time;

  /**
   * Asks nothing yet.
   *
   * @param time how long a server may take for its list
   */
  MeetingLists(ServerCalls calls, GatewayObserver observer, Duration time) {
    this.calls = calls;
    this.observer = observer;
    this.time = time;
  }

  /**
   * What a server holds.
   *
   * @param meetings those that could be read
   * @param cause why there may be others; empty if there are none
   * @param refusesSecret whether the server refused our checksum
   */
  record Listed(Map<MeetingId, HeldMeeting> meetings, String cause, boolean refusesSecret) {

    /** Whether these are all meetings of the server. */
    boolean isComplete() {
      return cause.isEmpty();
    }
  }

  /** Asks this server; never completed exceptionally. */
  CompletionStage<Listed> of(Server server) {
    SweptList list = new SweptList(Sweeper.MOST_MEETINGS, SweepObserver.NONE, observer);
    return calls
        .list(
            server,
            ApiCall.GET_MEETINGS,
            ListingKind.MEETINGS,
            QueryString.EMPTY,
            list,
            calls.in(time),
            new Cancellation())
        .thenApplyAsync(reply -> listed(reply, list), calls.work());
  }

  private static Listed listed(Reply reply, SweptList list) {
    list.end(reply instanceof Reply.Said said && said.content().succeeded());
    Map<MeetingId, HeldMeeting> meetings = list.meetings();
    String cause =
        reply.fold(
            said -> said.content().succeeded() ? cause(list, meetings) : "it answered FAILED",
            Reply.Nothing::cause,
            () -> "it was not asked: too many calls are under way",
            () -> "it refuses our secret");
    return new Listed(meetings, cause, reply instanceof Reply.WrongSecret);
  }

  private static String cause(SweptList list, Map<MeetingId, HeldMeeting> meetings) {
    if (list.lacksSome()) {
      return "its list is damaged";
    }
    return meetings.size() > Sweeper.MOST_MEETINGS ? "it lists too many meetings" : "";
  }
}
