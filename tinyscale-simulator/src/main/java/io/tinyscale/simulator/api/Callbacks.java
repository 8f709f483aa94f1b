package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Hashes;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells front ends what happened: at the URLs given to create, and through the webhooks. Signatures
 * use the server's own secret.
 */
final class Callbacks implements MeetingEvents {
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Outbox outbox;
  private final Hooks hooks;
  private final String secret;
  private final String domain;
  private final InstantSource clock;

  /**
   * @param domain the server's host, as webhooks name it
   */
  Callbacks(Outbox outbox, Hooks hooks, String secret, String domain, InstantSource clock) {
    this.outbox = outbox;
    this.hooks = hooks;
    this.secret = secret;
    this.domain = domain;
    this.clock = clock;
  }

  @Override
  public void created(SimulatedMeeting meeting) {
    event("meeting-created", meeting, Map.of("name", meeting.name()));
  }

  @Override
  public void joined(SimulatedMeeting meeting, Attendee attendee) {
    event("user-joined", meeting, Map.of("name", attendee.fullName(), "role", attendee.role()));
  }

  /**
   * The URL in the metadata is called with two more parameters, the URL in {@code meetingEndedURL}
   * without.
   */
  @Override
  public void ended(SimulatedMeeting meeting) {
    event("meeting-ended", meeting, Map.of());
    if (meeting.isBreakout()) {
      return;
    }
    String url = meeting.orderedMetadata().get("endcallbackurl");
    if (url != null) {
      outbox.getTwice(
          url
              + (url.contains("?") ? "&" : "?")
              + "recordingmarks="
              + meeting.isRecorded()
              + "&meetingID="
              + encode(meeting.meetingId()));
    }
    meeting.given("meetingEndedURL").ifPresent(outbox::getTwice);
    analytics(meeting);
  }

  private void analytics(SimulatedMeeting meeting) {
    String url = meeting.orderedMetadata().get("analytics-callback-url");
    if (url == null) {
      return;
    }
    long expiry = clock.instant().plus(Duration.ofDays(1)).getEpochSecond();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", "1.0");
    body.put("meeting_id", meeting.meetingId());
    body.put("internal_meeting_id", meeting.internalId());
    body.put("data", Map.of("duration", meeting.endTime() - meeting.createTime()));
    outbox.post(
        url,
        Map.of(
            "Content-Type", "application/json",
            "User-Agent", "BigBlueButton Analytics Callback",
            "Authorization", "Bearer " + Jwt.hs512(Map.of("exp", expiry), secret)),
        Json.of(body));
  }

  /**
   * Each metadatum whose name ends in {@code -recording-ready-url} is such a URL; front ends use
   * different prefixes.
   */
  @Override
  public void recorded(SimulatedMeeting meeting, SimulatedRecording recording) {
    if (!recording.published()) {
      return;
    }
    meeting
        .orderedMetadata()
        .forEach(
            (name, url) -> {
              if (name.endsWith("-recording-ready-url")) {
                outbox.post(
                    url,
                    Map.of("Content-Type", FORM),
                    "signed_parameters=" + signedParameters(recording));
              }
            });
  }

  private String signedParameters(SimulatedRecording recording) {
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("meeting_id", recording.meetingId());
    claims.put("record_id", recording.recordId());
    return Jwt.hs256(claims, secret);
  }

  private void event(String id, SimulatedMeeting meeting, Map<String, String> attributes) {
    List<Hooks.Hook> wanting =
        hooks.all().stream().filter(h -> h.isFor(meeting.meetingId()) && h.wants(id)).toList();
    if (wanting.isEmpty()) {
      return;
    }
    long now = clock.millis();
    Map<String, String> ids = new LinkedHashMap<>();
    ids.put("internal-meeting-id", meeting.internalId());
    ids.put("external-meeting-id", meeting.meetingId());
    ids.putAll(attributes);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("type", "event");
    data.put("id", id);
    data.put("attributes", Map.of("meeting", ids));
    data.put("event", Map.of("ts", now));
    String body = hookBody(domain, Json.of(List.of(Map.of("data", data))), now);
    for (Hooks.Hook hook : wanting) {
      outbox.post(
          signedHookUrl(hook.callbackUrl(), body, secret), Map.of("Content-Type", FORM), body);
    }
  }

  static String hookBody(String domain, String events, long timestamp) {
    return "domain=" + encode(domain) + "&event=" + encode(events) + "&timestamp=" + timestamp;
  }

  /** The registered URL with a checksum of the URL, the body and the secret. */
  static String signedHookUrl(String callbackUrl, String body, String secret) {
    byte[] signed = (callbackUrl + body + secret).getBytes(StandardCharsets.UTF_8);
    return callbackUrl
        + (callbackUrl.contains("?") ? "&" : "?")
        + "checksum="
        + Hashes.hex("SHA-1", signed);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
