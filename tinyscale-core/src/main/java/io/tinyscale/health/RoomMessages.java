package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes a message into the chats of all rooms of a server. Servers before BigBlueButton 3.0 lack
 * that call and are left alone. Thread-safe.
 */
public final class RoomMessages {

  private final MeetingLists lists;
  private final ServerCalls calls;
  private final Duration answer;

  /**
   * Tells nothing yet.
   *
   * @param calls without a bound: they go beside those of front ends
   * @param list how long a server may take to list its meetings
   * @param answer how long a server may take for each other answer
   */
  public RoomMessages(ServerCalls calls, GatewayObserver observer, Duration list, Duration answer) {
    this.lists = new MeetingLists(calls, observer, list);
    this.calls = calls;
    this.answer = answer;
  }

  /**
   * What became of a message.
   *
   * @param told how many rooms took it
   * @param rooms how many there are; -1 if the server did not tell
   */
  record Told(int told, int rooms) {}

  /** Tells every room that the server has now. */
  CompletionStage<Told> tell(Server server, String message) {
    return lists
        .of(server)
        .thenCompose(
            listed ->
                listed.meetings().isEmpty() && !listed.isComplete()
                    ? CompletableFuture.completedStage(new Told(0, -1))
                    : tell(server, message, listed));
  }

  private CompletionStage<Told> tell(Server server, String message, MeetingLists.Listed listed) {
    AtomicInteger told = new AtomicInteger();
    AtomicBoolean isUnable = new AtomicBoolean();
    return Lanes.each(
            listed.meetings().keySet(),
            meetingId ->
                isUnable.get()
                    ? CompletableFuture.completedStage(null)
                    : tell(server, message, meetingId)
                        .thenAccept(
                            reply -> {
                              if (reply instanceof Reply.Said said && said.content().succeeded()) {
                                told.incrementAndGet();
                              } else if (lacksCall(reply)) {
                                isUnable.set(true);
                              }
                            }))
        .thenApply(done -> new Told(told.get(), listed.meetings().size()));
  }

  private CompletionStage<Reply> tell(Server server, String message, MeetingId meetingId) {
    QueryString parameters =
        QueryString.EMPTY
            .withEncoded("meetingID", meetingId.text())
            .withEncoded("message", message);
    return calls.ask(
        server, ApiCall.SEND_CHAT_MESSAGE, parameters, calls.in(answer), new Cancellation());
  }

  private static boolean lacksCall(Reply reply) {
    return reply instanceof Reply.Nothing nothing && nothing.noSuchCall();
  }
}
