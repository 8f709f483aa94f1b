package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The calls that a browser in a meeting makes, with a session token instead of a checksum. A
 * balancer must never send them.
 */
final class SessionCalls {
  private static final Failure NO_SESSION =
      new Failure("missingSession", "Could not find the user session.");

  private final SimulatedMeetings meetings;
  private final Checksums checksums;
  private final String origin;

  SessionCalls(ServerState state, Checksums checksums) {
    this.meetings = state.meetings();
    this.origin = state.origin();
    this.checksums = checksums;
  }

  /** A call that answers about the session of its token. */
  ApiCall inSession(Function<SimulatedMeetings.Session, Response> call) {
    return request -> {
      Optional<SimulatedMeetings.Session> session =
          request.filled("sessionToken").flatMap(meetings::session);
      return session.isPresent() ? call.apply(session.get()) : Answers.jsonFailed(NO_SESSION);
    };
  }

  Response enter(SimulatedMeetings.Session session) {
    return succeeded(
        Map.of(
            "fullname", session.attendee().fullName(),
            "meetingID", session.meeting().internalId(),
            "externMeetingID", session.meeting().meetingId(),
            "role", session.attendee().role()));
  }

  Response guestWait(SimulatedMeetings.Session session) {
    return succeeded(
        Map.of(
            "guestStatus",
            "ALLOW",
            "url",
            origin + "/html5client/?sessionToken=" + session.attendee().sessionToken()));
  }

  /** The only JSON answer without an object {@code response}. */
  Response stuns(SimulatedMeetings.Session session) {
    Map<String, Object> servers = new LinkedHashMap<>();
    servers.put("stunServers", List.of());
    servers.put("turnServers", List.of());
    servers.put("remoteIceCandidates", List.of());
    return Answers.bareJson(servers);
  }

  Response learningDashboard(SimulatedMeetings.Session session) {
    return succeeded(Map.of("data", "{}"));
  }

  Response feedback(SimulatedMeetings.Session session) {
    return succeeded(Map.of("status", "ok"));
  }

  /**
   * A join URL as 3.0 makes it: with a leading {@code &}, ids encoded twice, and a SHA-1 checksum
   * with the server's own secret.
   */
  Response getJoinUrl(SimulatedMeetings.Session session) {
    String query =
        "&fullName="
            + encode(encode(session.attendee().fullName()))
            + "&meetingID="
            + encode(encode(session.meeting().meetingId()))
            + "&role="
            + session.attendee().role();
    return succeeded(
        Map.of(
            "url",
            origin
                + "/bigbluebutton/api/join?"
                + query
                + "&checksum="
                + checksums.sign("join", query, "sha1")));
  }

  Response signOut(SimulatedMeetings.Session session) {
    meetings.leave(session.meeting(), session.attendee().internalId());
    return Answers.success(xml -> {});
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Response succeeded(Map<String, String> fields) {
    Map<String, String> response = new LinkedHashMap<>();
    response.put("returncode", "SUCCESS");
    response.putAll(fields);
    return Answers.json(response);
  }
}
