package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Query;
import io.tinyscale.simulator.http.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a user into a meeting. The simulated user is in the meeting at once, even a guest who should
 * wait. A real user counts only after the browser has loaded the client.
 */
final class JoinCall implements ApiCall {
  private final SimulatedMeetings meetings;
  private final Checksums checksums;
  private final Profile profile;
  private final String origin;
  private final Tokens tokens;

  /** A failure and whether the first step of validation found it. */
  private record Refusal(Failure failure, boolean early) {}

  JoinCall(
      SimulatedMeetings meetings,
      Checksums checksums,
      Profile profile,
      String origin,
      Tokens tokens) {
    this.meetings = meetings;
    this.checksums = checksums;
    this.profile = profile;
    this.origin = origin;
    this.tokens = tokens;
  }

  @Override
  public Response answer(ApiRequest request) {
    Optional<Failure> unsigned = Checksums.failureOfMeetingCall(checksums.ofMeetingCall(request));
    if (unsigned.isPresent()) {
      return refused(request, new Refusal(unsigned.get(), true));
    }
    Optional<Failure> invalid =
        ParameterRules.meetingId(request).or(() -> fullName(request)).or(() -> meeting(request));
    if (invalid.isPresent()) {
      return refused(request, new Refusal(invalid.get(), true));
    }
    SimulatedMeeting meeting =
        meetings.lookUp(request.filled("meetingID").orElseThrow()).orElseThrow();
    Optional<String> role = role(request, meeting);
    if (role.isEmpty()) {
      // Always in XML, whatever the caller asked for; the real key has a space, too.
      return Answers.failed(
          new Failure("Params required", "You must provide either the password or the role"));
    }
    if (request.filled("existingUserID").isPresent()) {
      return Answers.failed(new Failure("userNotFound", "No user with that ID is in the meeting"));
    }
    Optional<Failure> late = limits(request, meeting, role.get());
    return late.isPresent()
        ? refused(request, new Refusal(late.get(), false))
        : enter(request, meeting, role.get());
  }

  private Optional<Failure> fullName(ApiRequest request) {
    Optional<String> name = request.filled("fullName");
    if (name.isEmpty()) {
      return ParameterRules.failure("missingParamFullName", "You must provide a full name");
    }
    return profile.limitsFullName() && name.get().length() > 255
        ? ParameterRules.failure("fullNameTooLong", "The full name is longer than 255 characters")
        : Optional.empty();
  }

  private Optional<Failure> meeting(ApiRequest request) {
    Optional<SimulatedMeeting> meeting = meetings.lookUp(request.filled("meetingID").orElseThrow());
    if (meeting.isEmpty()) {
      return ParameterRules.failure(
          "invalidMeetingIdentifier", "A meeting with that ID does not exist");
    }
    return meeting.get().ended()
        ? ParameterRules.failure(
            "meetingForciblyEnded",
            "You can not join a meeting that has already been forcibly ended")
        : Optional.empty();
  }

  /** The given role, otherwise the role of the given password. */
  private static Optional<String> role(ApiRequest request, SimulatedMeeting meeting) {
    Optional<String> given = request.filled("role").map(r -> r.toUpperCase(Locale.ROOT));
    if (given.filter(List.of("MODERATOR", "VIEWER")::contains).isPresent()) {
      return given;
    }
    String password = request.parameter("password").orElse("");
    if (password.equals(meeting.moderatorPassword())) {
      return Optional.of("MODERATOR");
    }
    return password.equals(meeting.attendeePassword()) ? Optional.of("VIEWER") : Optional.empty();
  }

  private static Optional<Failure> limits(
      ApiRequest request, SimulatedMeeting meeting, String role) {
    Optional<String> createTime = request.filled("createTime");
    if (createTime.isPresent() && !createTime.get().equals(String.valueOf(meeting.createTime()))) {
      return ParameterRules.failure(
          "mismatchCreateTimeParam",
          "The createTime parameter submitted mismatches with the current meeting.");
    }
    int limit = meeting.givenNumber("maxParticipants");
    if (limit > 0 && meeting.attendees().size() >= limit) {
      return ParameterRules.failure(
          "maxParticipantsReached", "The number of participants allowed has been reached.");
    }
    return !role.equals("MODERATOR")
            && guestPolicy(meeting).equals("ALWAYS_DENY")
            && request.isTrue("guest")
        ? ParameterRules.failure("guestDeniedAccess", "You were denied access to the meeting.")
        : Optional.empty();
  }

  private static String guestPolicy(SimulatedMeeting meeting) {
    return meeting.given("guestPolicy").orElse("ALWAYS_ACCEPT").toUpperCase(Locale.ROOT);
  }

  private Response enter(ApiRequest request, SimulatedMeeting meeting, String role) {
    boolean guest = request.isTrue("guest");
    boolean waits =
        guest
            && !role.equals("MODERATOR")
            && guestPolicy(meeting).equals("ASK_MODERATOR")
            && profile.answersGuestWait();
    Attendee attendee =
        meetings.join(
            meeting,
            request.filled("fullName").orElseThrow(),
            role,
            request.filled("userID"),
            guest,
            customData(request));
    String page = waits ? "/html5client/guestWait" : "/html5client/";
    String url = origin + page + "?sessionToken=" + attendee.sessionToken();
    Response response =
        request.isFalse("redirect")
            ? Answers.success(xml -> joined(xml, meeting, attendee, url, waits))
            : Response.redirect(url).with("Cache-Control", "no-cache");
    return response.with(
        "Set-Cookie",
        "JSESSIONID="
            + tokens.letters(32).toUpperCase(Locale.ROOT)
            + "; Path=/bigbluebutton; HttpOnly");
  }

  private static void joined(
      Xml xml, SimulatedMeeting meeting, Attendee attendee, String url, boolean waits)
      throws IOException {
    xml.element("messageKey", waits ? "guestWait" : "successfullyJoined")
        .element(
            "message",
            waits ? "Guest waiting for approval to join meeting." : "You have joined successfully.")
        .element("meeting_id", meeting.internalId())
        .element("user_id", attendee.internalId())
        .element("auth_token", attendee.authToken())
        .element("session_token", attendee.sessionToken())
        .element("guestStatus", waits ? "WAIT" : "ALLOW")
        .element("url", url);
  }

  private static Map<String, String> customData(ApiRequest request) {
    Map<String, String> data = new LinkedHashMap<>();
    for (Query.Parameter parameter : request.parameters().parameters()) {
      if (parameter.name().startsWith("userdata-")) {
        data.putIfAbsent(parameter.name().substring(9), parameter.value());
      }
    }
    return data;
  }

  private Response refused(ApiRequest request, Refusal refusal) {
    boolean wantsXml = request.isFalse("redirect");
    boolean redirects =
        switch (profile.joinFailures()) {
          case ALWAYS_REDIRECT -> true;
          case AS_ASKED -> !wantsXml;
          case LATE_ONES_AS_ASKED -> !wantsXml || refusal.early();
        };
    if (!redirects) {
      return MeetingCalls.failed(request, refusal.failure());
    }
    Map<String, String> error = new LinkedHashMap<>();
    error.put("key", refusal.failure().key());
    error.put("message", refusal.failure().message());
    String target = errorTarget(request, refusal.failure());
    return Response.redirect(
        target
            + (target.contains("?") ? "&" : "?")
            + "errors="
            + URLEncoder.encode(Json.of(List.of(error)), StandardCharsets.UTF_8));
  }

  /** The page that shows a failure. The newest servers do not use URLs of unsigned requests. */
  private String errorTarget(ApiRequest request, Failure failure) {
    String page = origin + "/logout";
    if (failure.key().equals("checksumError") && profile.ignoresUrlsOfUnsignedJoin()) {
      return page;
    }
    return request
        .filled("errorRedirectUrl")
        .filter(url -> profile.knowsErrorRedirectUrl())
        .or(() -> request.filled("logoutURL"))
        .orElse(page);
  }
}
