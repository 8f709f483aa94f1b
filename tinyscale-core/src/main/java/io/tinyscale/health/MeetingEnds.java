package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.health.EndedCopy.Result;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Ends meetings on one server by the operator's word. Each is ended in the run that the server
 * shows, by its internal id, so that neither a later run of the same name nor a copy on another
 * server ends. Thread-safe.
 */
public final class MeetingEnds {

  private final ServerPool pool;
  private final ServerCalls calls;
  private final MeetingLists lists;
  private final Duration answer;
  private final Listener listener;

  /** The last end of all meetings of a server, by the server's name. */
  private final ConcurrentHashMap<String, EndingMeetings> last = new ConcurrentHashMap<>();

  /** Hears which meetings were told to end. */
  @FunctionalInterface
  public interface Listener {

    /** A server was told to end a meeting, which may vanish from there any moment. */
    void ended(Server server, MeetingId meetingId);
  }

  /**
   * Ends nothing yet.
   *
   * @param calls without a bound: they go beside those of front ends
   * @param list how long a server may take to list its meetings
   * @param answer how long a server may take for each other answer
   */
  public MeetingEnds(
      ServerPool pool,
      ServerCalls calls,
      GatewayObserver observer,
      Duration list,
      Duration answer,
      Listener listener) {
    this.pool = pool;
    this.lists = new MeetingLists(calls, observer, list);
    this.calls = calls;
    this.answer = answer;
    this.listener = listener;
  }

  /** How far the last end of all meetings of a server has come; empty if there was none. */
  public Optional<EndingMeetings> last(String server) {
    return Optional.ofNullable(last.get(server));
  }

  /** Ends every meeting that a server holds now, a few at the same time. */
  public EndingMeetings endAll(Server server) {
    return endAll(server, new EndingMeetings(server.name(), false), () -> true);
  }

  /**
   * The same, and it may be called off. While that goes on, a second call gets the same; a call
   * that cannot be called off begins anew.
   *
   * @param goesOn false as soon as no further meeting is to be ended
   */
  EndingMeetings endAll(Server server, BooleanSupplier goesOn) {
    return endAll(server, new EndingMeetings(server.name(), true), goesOn);
  }

  private EndingMeetings endAll(Server server, EndingMeetings fresh, BooleanSupplier goesOn) {
    EndingMeetings ending =
        last.merge(server.name(), fresh, (before, next) -> before.meets(next) ? before : next);
    if (ending == fresh) {
      begin(server, fresh, goesOn);
    }
    return ending;
  }

  private void begin(Server server, EndingMeetings ending, BooleanSupplier goesOn) {
    Stages.started(() -> lists.of(current(server)))
        .thenCompose(
            listed -> {
              ending.listed(listed.meetings().size(), listed.cause());
              return Lanes.each(
                  listed.meetings().entrySet(), meeting -> end(server, meeting, ending, goesOn));
            })
        .whenComplete(
            (done, bug) -> {
              if (bug == null) {
                ending.done();
              } else {
                ending.failed(bug);
              }
            });
  }

  private CompletionStage<?> end(
      Server server,
      Map.Entry<MeetingId, HeldMeeting> meeting,
      EndingMeetings ending,
      BooleanSupplier goesOn) {
    MeetingId meetingId = meeting.getKey();
    if (!goesOn.getAsBoolean()) {
      ending.left(meetingId.text(), "it was called off");
      return CompletableFuture.completedStage(null);
    }
    return end(server, meetingId, meeting.getValue())
        .thenAccept(copy -> ending.tried(meetingId.text(), copy));
  }

  /**
   * Ends one meeting on one server. The server is asked for it first: some must be told the
   * moderators' password.
   *
   * @param internalId of the run that is to end; empty for the one that the server has
   * @return never completed exceptionally
   */
  public CompletionStage<EndedCopy> end(Server server, MeetingId meetingId, String internalId) {
    QueryString question =
        QueryString.EMPTY.withEncoded(
            "meetingID", internalId.isEmpty() ? meetingId.text() : internalId);
    return ask(server, ApiCall.GET_MEETING_INFO, question)
        .thenCompose(
            reply -> {
              if (!isAbout(reply, meetingId)) {
                return CompletableFuture.completedStage(unended(server, reply));
              }
              HeldMeeting shown = HeldMeeting.of(((Reply.Said) reply).content());
              return end(server, meetingId, shown);
            });
  }

  private static boolean isAbout(Reply reply, MeetingId meetingId) {
    return reply instanceof Reply.Said said
        && said.content().succeeded()
        && said.content().text("meetingID").equals(meetingId.text());
  }

  private CompletionStage<EndedCopy> end(Server server, MeetingId meetingId, HeldMeeting meeting) {
    QueryString parameters =
        QueryString.EMPTY.withEncoded(
            "meetingID", meeting.internalId().isEmpty() ? meetingId.text() : meeting.internalId());
    if (!meeting.moderatorPassword().isEmpty()) {
      parameters = parameters.withEncoded("password", meeting.moderatorPassword());
    }
    return ask(server, ApiCall.END, parameters)
        .thenApply(
            reply -> {
              if (reply instanceof Reply.Said said && said.content().succeeded()) {
                listener.ended(server, meetingId);
                return new EndedCopy(server.name(), Result.ENDED, "");
              }
              return unended(server, reply);
            });
  }

  private static EndedCopy unended(Server server, Reply reply) {
    String name = server.name();
    return reply.fold(
        said ->
            // A server that finds another meeting by that id does not have this one either.
            said.content().succeeded() || MessageKeys.deniesMeeting(said.content().messageKey())
                ? new EndedCopy(name, Result.ABSENT, "it does not have the meeting")
                : new EndedCopy(
                    name, Result.REFUSED, "it answered FAILED " + said.content().messageKey()),
        nothing -> new EndedCopy(name, Result.SILENT, nothing.cause()),
        () -> new EndedCopy(name, Result.SILENT, "too many calls to it are under way"),
        () -> new EndedCopy(name, Result.REFUSED, "it refuses our secret"));
  }

  private CompletionStage<Reply> ask(Server server, ApiCall call, QueryString parameters) {
    return calls.ask(current(server), call, parameters, calls.in(answer), new Cancellation());
  }

  /** The server as calls to it are signed now. */
  private Server current(Server server) {
    return pool.status(server.name())
        .map(ServerStatus::server)
        .filter(now -> now.api().equals(server.api()))
        .orElse(server);
  }
}
