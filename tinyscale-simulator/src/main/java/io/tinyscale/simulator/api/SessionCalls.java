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
 * The calls that a browser in a meeting makes, known by its session token instead of a checksum. A
 * balancer must never send one.
 */
final class SessionCalls {
  private static final Failure NO_SESSION =
      new Failure("missingSession", "Could not find the user session.");

  private final SimulatedMeetings meetings;
  private final Checksums checksums;
  private final String origin;

  SessionCalls(World world, Checksums checksums) {
    this.meetings = world.meetings();
    this.origin = world.origin();
    this.checksums = checksums;
  }

  /** Lets a call answer about the session its token names. */
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

  /** The one JSON answer that is not wrapped into {@code response}. */
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

  /** A join URL as 3.0 makes it: a leading {@code &}, ids encoded twice, SHA-1, its own secret. */
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
