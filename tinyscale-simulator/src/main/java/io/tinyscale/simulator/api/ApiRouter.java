package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.Response;
import io.tinyscale.simulator.http.ServerPages;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds the call of a request, checks the checksum and lets the call answer. */
final class ApiRouter {
  private static final Set<String> GET = Set.of("GET", "HEAD");
  private static final Set<String> POST = Set.of("POST");
  private static final Set<String> GET_OR_POST = Set.of("GET", "HEAD", "POST");

  private final Map<String, Route> routes = new HashMap<>();
  private final Checksums checksums;
  private final Profile profile;

  private record Route(Set<String> methods, ApiCall call) {}

  ApiRouter(Settings settings, Checksums checksums, ServerState state) {
    this.checksums = checksums;
    this.profile = settings.profile();
    routes.put(BigBlueButton.ROOT, new Route(GET_OR_POST, new RootCall(profile, state.origin())));
    addMeetingCalls(settings, state);
    addRecordingCalls(settings, state);
    addSessionCalls(state);
    if (settings.webhooks()) {
      addHookCalls(state);
    }
    routes.put("simulatorDownload", signed(GET_OR_POST, TransferCalls::download));
    routes.put("simulatorUpload", signedAnyType(POST, TransferCalls::upload));
  }

  private void addMeetingCalls(Settings settings, ServerState state) {
    SimulatedMeetings meetings = state.meetings();
    MeetingXml meetingXml = new MeetingXml(meetings, settings.groupedNumbers());
    MeetingCalls calls = new MeetingCalls(meetings, profile, meetingXml);
    routes.put("create", signed(GET_OR_POST, calls::create));
    routes.put("isMeetingRunning", signed(GET_OR_POST, calls::isMeetingRunning));
    routes.put("end", signed(GET_OR_POST, calls::end));
    routes.put("getMeetingInfo", signed(GET_OR_POST, calls::getMeetingInfo));
    routes.put("getMeetings", signed(GET_OR_POST, calls::getMeetings));
    routes.put("getSessions", signed(GET_OR_POST, calls::getSessions));
    routes.put(
        "join",
        new Route(
            profile.joinsByPost() ? GET_OR_POST : GET,
            new JoinCall(meetings, checksums, profile, state.origin(), state.tokens())));
    if (profile.hasInsertDocument()) {
      routes.put(
          "insertDocument", signed(POST, new DocumentCalls(meetings, profile)::insertDocument));
    }
    if (profile.hasChatMessages()) {
      routes.put("sendChatMessage", signed(GET, new ChatCalls(meetings)::sendChatMessage));
    }
  }

  /** These calls check the checksum themselves. */
  private void addRecordingCalls(Settings settings, ServerState state) {
    RecordingCalls calls = new RecordingCalls(state, checksums, settings);
    routes.put("getRecordings", new Route(GET_OR_POST, calls::getRecordings));
    routes.put("updateRecordings", new Route(GET_OR_POST, calls::updateRecordings));
    routes.put("publishRecordings", new Route(GET, calls::publishRecordings));
    routes.put("deleteRecordings", new Route(GET, calls::deleteRecordings));
    TextTrackCalls tracks = new TextTrackCalls(state, checksums);
    routes.put("getRecordingTextTracks", new Route(GET_OR_POST, tracks::get));
    routes.put("putRecordingTextTrack", new Route(POST, tracks::put));
  }

  private void addSessionCalls(ServerState state) {
    SessionCalls calls = new SessionCalls(state, checksums);
    routes.put("stuns", new Route(GET_OR_POST, calls.inSession(calls::stuns)));
    routes.put("guestWait", new Route(GET_OR_POST, calls.inSession(calls::guestWait)));
    routes.put("signOut", new Route(GET_OR_POST, calls.inSession(calls::signOut)));
    routes.put(
        "learningDashboard", new Route(GET_OR_POST, calls.inSession(calls::learningDashboard)));
    if (profile.hasEnter()) {
      routes.put("enter", new Route(GET_OR_POST, calls.inSession(calls::enter)));
    }
    if (profile.hasJoinUrls()) {
      routes.put("getJoinUrl", new Route(GET_OR_POST, calls.inSession(calls::getJoinUrl)));
      routes.put("feedback", new Route(GET_OR_POST, calls.inSession(calls::feedback)));
    }
  }

  private void addHookCalls(ServerState state) {
    HookCalls calls = new HookCalls(state.hooks(), checksums, profile);
    routes.put("hooks/create", new Route(GET, calls.verified(calls::create)));
    routes.put("hooks/destroy", new Route(GET, calls.verified(calls::destroy)));
    routes.put("hooks/list", new Route(GET, calls.verified(calls::list)));
    routes.put("hooks/ping", new Route(GET, request -> Response.text("bbb-webhooks API up!")));
  }

  /** A call whose checksum and body type are checked first. */
  private Route signed(Set<String> methods, ApiCall call) {
    return guarded(
        methods,
        call,
        request ->
            unsigned(request)
                .or(
                    () ->
                        profile.checksContentType()
                            ? ParameterRules.contentType(request)
                            : Optional.empty()));
  }

  private Route signedAnyType(Set<String> methods, ApiCall call) {
    return guarded(methods, call, this::unsigned);
  }

  private static Route guarded(
      Set<String> methods, ApiCall call, Function<ApiRequest, Optional<Failure>> guard) {
    return new Route(
        methods,
        request -> {
          Optional<Failure> refusal = guard.apply(request);
          return refusal.isPresent()
              ? MeetingCalls.failed(request, refusal.get())
              : call.answer(request);
        });
  }

  private Optional<Failure> unsigned(ApiRequest request) {
    return profile.trustsPresentationUploadUrl()
            && request.filled("presentationUploadExternalUrl").isPresent()
        ? Optional.empty()
        : Checksums.failureOfMeetingCall(checksums.ofMeetingCall(request));
  }

  /** Answers a call; a call that does not exist gets the web server's 404 page. */
  Response answer(HttpRequest http, String call) throws IOException {
    Route route = routes.get(call);
    if (route == null) {
      return ServerPages.notFound();
    }
    if (!route.methods().contains(http.head().method())) {
      return Response.html(405, "<html><body><h1>405 Method Not Allowed</h1></body></html>");
    }
    return route.call().answer(ApiRequest.of(http, call));
  }
}
