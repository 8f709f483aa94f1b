package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.WatchedBody;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One create on its way, with what it has met there. It has one deadline, for its turn, for the
 * questions before it is sent, and for its answer; only its upload takes as long as it moves. Its
 * steps follow each other, on whatever threads; the {@link Departure} alone is for others, too.
 */
final class PendingCreate {

  /** How often a create that could not be sent to its meeting's server asks where to go. */
  private static final int MOST_RETURNS = 3;

  private final AcceptedCall call;
  private final AcceptedCall attempt;
  private final MeetingId meetingId;
  private final PlacementRequest request;
  private final WatchedBody body;
  private final Deadline deadline;
  private final Deadline word;
  private final Departure departure;

  private final List<Server> unreachable = new ArrayList<>(0);
  private volatile boolean overloaded;
  private int returns;

  /**
   * A create that has met nothing yet.
   *
   * @param call as the front end sent it
   * @param attempt as servers get it
   * @param word until when it waits for the word of a server that does not answer
   */
  PendingCreate(
      AcceptedCall call,
      AcceptedCall attempt,
      MeetingId meetingId,
      Deadline deadline,
      Deadline word,
      LongSupplier nanoClock) {
    this.call = call;
    this.attempt = attempt;
    this.meetingId = meetingId;
    this.request = call.placementRequest(meetingId);
    this.body = new WatchedBody(call.body());
    this.deadline = deadline;
    this.word = word;
    this.departure = new Departure(deadline, nanoClock);
  }

  /** The create as the front end sent it. */
  AcceptedCall call() {
    return call;
  }

  /** The create as servers get it. */
  AcceptedCall attempt() {
    return attempt;
  }

  MeetingId meetingId() {
    return meetingId;
  }

  /** The create as placement policies see it. */
  PlacementRequest request() {
    return request;
  }

  WatchedBody body() {
    return body;
  }

  Deadline deadline() {
    return deadline;
  }

  /** Until when the create waits for the word of a server that does not answer. */
  Deadline word() {
    return word;
  }

  Departure departure() {
    return departure;
  }

  /** Whether nobody waits for the create any more. */
  boolean isAbandoned() {
    return departure.isGivenUp() || call.caller().isCancelled();
  }

  /** Whether the create can be sent, now that a server did not get it. */
  boolean canBeSentAgain() {
    return body.canBeSent() && !call.caller().isCancelled();
  }

  /** Servers that did not answer a question, or could not be reached: they get no new meeting. */
  List<Server> unreachable() {
    return List.copyOf(unreachable);
  }

  /** Takes note of servers that did not answer a question, or could not be reached. */
  void passesOver(List<Server> servers) {
    unreachable.addAll(servers);
  }

  /** Whether a server was left out because too many calls to it were under way. */
  boolean isOverloaded() {
    return overloaded;
  }

  /** Takes note whether a server was left out because too many calls to it were under way. */
  void metOverload(boolean isOverloaded) {
    overloaded = isOverloaded;
  }

  /** Whether the create may go one more way, which counts. */
  boolean mayReturn() {
    return returns++ < MOST_RETURNS;
  }

  /** The answer if the create fails with this error, and no server is the reason. */
  Answer failed(ApiError error) {
    return Answers.failed(call.call(), error);
  }
}
