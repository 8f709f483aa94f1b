package io.tinyscale.simulator;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the call that a request names, sees that it is signed and lets it answer. */
final class ApiDesk {
  private static final Set<String> GET = Set.of("GET", "HEAD");
  private static final Set<String> POST = Set.of("POST");
  private static final Set<String> GET_OR_POST = Set.of("GET", "HEAD", "POST");

  private final Map<String, Route> routes = new HashMap<>();
  private final Checksums checksums;
  private final Profile profile;

  private record Route(Set<String> methods, ApiCall call) {}

  ApiDesk(Settings settings, Checksums checksums, World world) {
    this.checksums = checksums;
    this.profile = settings.profile();
    MeetingXml meetingXml = new MeetingXml(world.meetings(), settings.groupedNumbers());
    MeetingCalls meeting = new MeetingCalls(world.meetings(), profile, meetingXml);
    routes.put("create", signed(GET_OR_POST, meeting::create));
    routes.put("isMeetingRunning", signed(GET_OR_POST, meeting::isMeetingRunning));
    routes.put("end", signed(GET_OR_POST, meeting::end));
    routes.put("getMeetingInfo", signed(GET_OR_POST, meeting::getMeetingInfo));
    routes.put("getMeetings", signed(GET_OR_POST, meeting::getMeetings));
    routes.put("getSessions", signed(GET_OR_POST, meeting::getSessions));
    routes.put(
        "join",
        new Route(
            profile.joinsByPost() ? GET_OR_POST : GET,
            new JoinCall(world.meetings(), checksums, profile, world.origin(), world.tokens())));
    routes.put(RootCall.NAME, new Route(GET_OR_POST, new RootCall(profile, world.origin())));
  }

  /** A call whose checksum and body type are checked before all else. */
  private Route signed(Set<String> methods, ApiCall call) {
    return new Route(
        methods,
        request -> {
          Optional<Failure> refusal = refusal(request);
          return refusal.isPresent()
              ? MeetingCalls.failed(request, refusal.get())
              : call.answer(request);
        });
  }

  private Optional<Failure> refusal(ApiRequest request) {
    if (profile.trustsPresentationUploadUrl()
        && request.filled("presentationUploadExternalUrl").isPresent()) {
      return Optional.empty();
    }
    return Checksums.failureOfMeetingCall(checksums.ofMeetingCall(request))
        .or(() -> profile.checksContentType() ? Rules.contentType(request) : Optional.empty());
  }

  /** Answers a call; one that does not exist with a web server's page. */
  Response answer(HttpRequest http, String call) throws IOException {
    Route route = routes.get(call);
    if (route == null) {
      return Answers.notFoundPage();
    }
    if (!route.methods().contains(http.head().method())) {
      return Response.html(405, "<html><body><h1>405 Method Not Allowed</h1></body></html>");
    }
    return route.call().answer(ApiRequest.of(http, call));
  }
}
