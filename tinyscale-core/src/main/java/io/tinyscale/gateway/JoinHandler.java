package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.meeting.Location;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.ServerCalls;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Sends browsers to the server that holds their meeting, with a join signed for it (BBB docs, API,
 * "join"). The browser itself must go there: the server's cookie ties it to its session.
 */
final class JoinHandler implements CallHandler {

  private final MeetingDirectory directory;
  private final Placer placer;
  private final Consumer<Server> joined;
  private final CreateGate gate;
  private final ServerCalls calls;
  private final Duration patience;

  /**
   * Sends joins where meetings are.
   *
   * @param joined is told where each join goes
   * @param gate tells which meetings are being made
   * @param patience how long a join waits for the create that makes its meeting
   */
  JoinHandler(
      MeetingDirectory directory,
      Placer placer,
      Consumer<Server> joined,
      CreateGate gate,
      ServerCalls calls,
      Duration patience) {
    this.directory = directory;
    this.placer = placer;
    this.joined = joined;
    this.gate = gate;
    this.calls = calls;
    this.patience = patience;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall join) {
    MeetingId meetingId = directory.idOf(join.givenMeetingId());
    return gate.making(meetingId)
        .map(create -> locateAfter(create, meetingId))
        .orElseGet(() -> directory.locateForJoin(meetingId))
        .thenApply(
            location -> {
              if (location instanceof Location.Found found) {
                directory.joining(meetingId, found.server());
                joined.accept(found.server());
                return toServer(join, found.server());
              }
              if (location instanceof Location.Absent) {
                placer.passOver(join.placementRequest(meetingId));
                return failed(join, ApiError.INVALID_MEETING_IDENTIFIER);
              }
              return failed(join, Answers.errorFor((Location.Unknown) location));
            });
  }

  /**
   * Where a meeting is once the create is over that makes it now. Until then nobody may get into
   * it: another balancer may make the meeting at the same time, and one of both copies is given up.
   */
  private CompletionStage<Location> locateAfter(CompletionStage<Void> create, MeetingId meetingId) {
    CompletableFuture<Location> tooLate = new CompletableFuture<>();
    Future<?> alarm =
        calls.at(calls.in(patience), () -> tooLate.complete(new Location.Unknown(List.of())));
    return create
        .thenCompose(over -> directory.locateForJoin(meetingId))
        .whenComplete((location, bug) -> alarm.cancel(false))
        .applyToEither(tooLate, location -> location);
  }

  private static Answer toServer(AcceptedCall join, Server server) {
    return new Answer.Redirect(
        ServerCalls.signedAddress(server, join.call(), join.parameters()), server, null);
  }

  /**
   * An error as BBB gives it: back to where the front end wants its users, with the error in the
   * query; as a document if it asked for no redirect or named no place. The checksum covers the
   * address, so nobody else can choose it.
   */
  @Override
  public Answer failed(AcceptedCall join, ApiError error) {
    QueryString parameters = join.parameters();
    boolean document = parameters.first("redirect").filter("false"::equalsIgnoreCase).isPresent();
    Optional<String> place =
        Stream.of("errorRedirectUrl", "logoutURL")
            .flatMap(name -> parameters.first(name).stream())
            .filter(JoinHandler::isWebAddress)
            .findFirst();
    if (document || place.isEmpty()) {
      return Answers.failedXml(error);
    }
    return new Answer.Redirect(withErrors(place.get(), error), null, error);
  }

  private static String withErrors(String address, ApiError error) {
    int fragment = address.indexOf('#');
    String base = fragment < 0 ? address : address.substring(0, fragment);
    String errors = URLEncoder.encode(ApiDocument.errorsJson(error), StandardCharsets.UTF_8);
    return base
        + (base.indexOf('?') < 0 ? "?" : "&")
        + "errors="
        + errors
        + (fragment < 0 ? "" : address.substring(fragment));
  }

  /** Whether a header can hold it and a browser goes there: http or https, printable ASCII. */
  private static boolean isWebAddress(String address) {
    return (address.startsWith("https://") || address.startsWith("http://"))
        && new QueryString(address).isPrintableAscii();
  }
}
