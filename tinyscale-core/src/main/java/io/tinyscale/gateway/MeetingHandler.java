package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.Bytes;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.Relay;
import io.tinyscale.meeting.Location;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** Calls for the one server that holds a meeting. */
final class MeetingHandler implements CallHandler {

  private static final byte[] NOT_RUNNING = Bytes.of("<running>false</running>");
  private static final byte[] NOT_FOUND =
      Bytes.of("<messageKey>" + ApiError.MEETING_NOT_FOUND.messageKey() + "</messageKey>");

  /** Time for a read of a meeting on a server that is down: it answers at once if it is back. */
  private static final Duration LAST_QUESTION = Duration.ofSeconds(1);

  private final ServerPool pool;
  private final MeetingDirectory directory;
  private final Placer placer;
  private final Relay relay;
  private final LongSupplier nanoClock;

  MeetingHandler(
      ServerPool pool,
      MeetingDirectory directory,
      Placer placer,
      Relay relay,
      LongSupplier nanoClock) {
    this.pool = pool;
    this.directory = directory;
    this.placer = placer;
    this.relay = relay;
    this.nanoClock = nanoClock;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall accepted) {
    MeetingId meetingId = directory.idOf(accepted.givenMeetingId());
    Deadline deadline = relay.deadline(accepted);
    return directory
        .locate(meetingId)
        .thenCompose(location -> answerFrom(accepted, meetingId, location, deadline, true));
  }

  /** Counts a call that gets the answer of another one, as if it had been asked itself. */
  void shares(AcceptedCall accepted, Answer answer) {
    // Only we make such documents; a server's own words are relayed.
    boolean isAbsent =
        answer instanceof Answer.Document document
            && document
                .body()
                .bytes()
                .filter(
                    bytes -> Bytes.contains(bytes, NOT_RUNNING) || Bytes.contains(bytes, NOT_FOUND))
                .isPresent();
    if (isAbsent) {
      placer.passOver(accepted.placementRequest(directory.idOf(accepted.givenMeetingId())));
    }
  }

  private CompletionStage<Answer> answerFrom(
      AcceptedCall accepted,
      MeetingId meetingId,
      Location location,
      Deadline deadline,
      boolean first) {
    if (location instanceof Location.Found found) {
      long asked = nanoClock.getAsLong();
      return relay
          .relay(accepted, found.server(), timeFor(accepted, found.server(), deadline))
          .thenCompose(
              relayed -> {
                if (first && isDenied(relayed)) {
                  Denial denial = new Denial(found.server(), asked, relayed.answer());
                  return afterDenial(accepted, meetingId, denial, deadline);
                }
                if (!found.fallbacks().isEmpty() && saysAbsent(accepted.call(), relayed)) {
                  return CompletableFuture.completedStage(inDoubt(accepted.call(), found));
                }
                if (first && saysNotRunning(accepted.call(), relayed)) {
                  return elsewhere(
                      accepted,
                      meetingId,
                      new Denial(found.server(), asked, relayed.answer()),
                      directory.locateNotRunning(meetingId, found.server()),
                      deadline);
                }
                if (accepted.call().equals(ApiCall.END) && relayed.succeeded()) {
                  return directory
                      .ending(meetingId, found.server())
                      .thenApply(ended -> relayed.answer());
                }
                return CompletableFuture.completedStage(relayed.answer());
              });
    }
    if (location instanceof Location.Absent) {
      placer.passOver(accepted.placementRequest(meetingId));
      return CompletableFuture.completedStage(absent(accepted.call()));
    }
    return CompletableFuture.completedStage(
        Answers.failed(accepted.call(), Answers.errorFor((Location.Unknown) location)));
  }

  private Deadline timeFor(AcceptedCall accepted, Server server, Deadline deadline) {
    boolean isDown = pool.status(server.name()).filter(status -> !status.reachable()).isPresent();
    return isDown && accepted.call().readOnly()
        ? deadline.earlier(Deadline.in(LAST_QUESTION, nanoClock))
        : deadline;
  }

  private static boolean isDenied(Relay.Relayed relayed) {
    return MessageKeys.deniesMeeting(relayed.messageKey());
  }

  private static boolean saysAbsent(ApiCall call, Relay.Relayed relayed) {
    return isDenied(relayed) || saysNotRunning(call, relayed);
  }

  private static boolean saysNotRunning(ApiCall call, Relay.Relayed relayed) {
    return call.equals(ApiCall.IS_MEETING_RUNNING)
        && relayed.answer() instanceof Answer.Relay relay
        && relay.body().bytes().filter(bytes -> Bytes.contains(bytes, NOT_RUNNING)).isPresent();
  }

  /** The answer if a server denies a meeting that is perhaps on its way there, or elsewhere. */
  private static Answer inDoubt(ApiCall call, Location.Found found) {
    return Answers.failed(call, Answers.errorFor(new Location.Unknown(found.fallbacks())));
  }

  /**
   * A server's word that it does not know a meeting.
   *
   * @param asked when it was asked, on the clock's scale
   */
  private record Denial(Server server, long asked, Answer answer) {}

  /**
   * The server that we thought held the meeting says it does not. That proves nothing about the
   * others: the meeting may have ended here and begun there behind our back. So those are asked; if
   * none has it, and none that is down may have it, the server's own answer stands.
   */
  private CompletionStage<Answer> afterDenial(
      AcceptedCall accepted, MeetingId meetingId, Denial denial, Deadline deadline) {
    return elsewhere(
        accepted,
        meetingId,
        denial,
        directory.locateAfterDenial(meetingId, denial.server(), denial.asked()),
        deadline);
  }

  /**
   * The answer of the server that has the meeting; the one that was given if no other has it.
   *
   * @param located where the meeting is, as far as the others tell
   */
  private CompletionStage<Answer> elsewhere(
      AcceptedCall accepted,
      MeetingId meetingId,
      Denial denial,
      CompletionStage<Location> located,
      Deadline deadline) {
    return located.thenCompose(
        location -> {
          if (location instanceof Location.Found found && found.server().equals(denial.server())) {
            return CompletableFuture.completedStage(
                found.fallbacks().isEmpty() ? denial.answer() : inDoubt(accepted.call(), found));
          }
          if (location instanceof Location.Absent) {
            return CompletableFuture.completedStage(denial.answer());
          }
          if (location instanceof Location.Found && !accepted.isRepeatable()) {
            return CompletableFuture.completedStage(
                Answers.failed(accepted.call(), ApiError.INTERNAL));
          }
          return answerFrom(accepted, meetingId, location, deadline, false);
        });
  }

  /** What a server says about a meeting that it does not know. */
  private static Answer absent(ApiCall call) {
    if (call.equals(ApiCall.IS_MEETING_RUNNING)) {
      return Answers.xml(ApiDocument.notRunning());
    }
    return Answers.failed(
        call,
        call.equals(ApiCall.SEND_CHAT_MESSAGE)
            ? ApiError.CHAT_MEETING_NOT_FOUND
            : ApiError.MEETING_NOT_FOUND);
  }
}
