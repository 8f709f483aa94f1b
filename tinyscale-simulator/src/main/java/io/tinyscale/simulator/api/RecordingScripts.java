package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.HttpSender;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The scripts that run after a meeting: one sends the analytics of its events, one announces a
 * published recording. Each sends one request and never tries again. Tokens are signed with the
 * server's own secret. The scripts run one after the other.
 */
final class RecordingScripts implements AutoCloseable {
  /** Only the first of these that a recording has is called. */
  private static final List<String> READY_URLS =
      List.of("bbb-recording-ready-url", "bn-recording-ready-url", "canvas-recording-ready-url");

  private static final String ANALYTICS_URL = "analytics-callback-url";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String ACCEPT_ENCODING = "gzip;q=1.0,deflate;q=0.6,identity;q=0.3";

  private final HttpSender sender;
  private final Timer timer;
  private final String secret;
  private final InstantSource clock;

  RecordingScripts(HttpSender sender, Timer timer, String secret, InstantSource clock) {
    this.sender = sender;
    this.timer = timer;
    this.secret = secret;
    this.clock = clock;
  }

  /** Announces a recording at the URL of its metadata. Real servers do so once for each format. */
  void published(SimulatedRecording recording) {
    READY_URLS.stream()
        .flatMap(name -> Stream.ofNullable(recording.metadata().get(name)))
        .findFirst()
        .ifPresent(
            url ->
                post(
                    url,
                    Map.of(
                        "Content-Type", "application/x-www-form-urlencoded", "User-Agent", "Ruby"),
                    "signed_parameters=" + signedParameters(recording)));
  }

  private String signedParameters(SimulatedRecording recording) {
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("meeting_id", recording.meetingId());
    claims.put("record_id", recording.recordId());
    return Jwt.hs256(claims, secret);
  }

  /** Sends what happened in a meeting. The token does not cover the body. */
  void analyzed(SimulatedMeeting meeting) {
    String url = meeting.orderedMetadata().get(ANALYTICS_URL);
    if (url == null) {
      return;
    }
    long expiry = clock.instant().plus(Duration.ofDays(1)).getEpochSecond();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", "1.0");
    body.put("meeting_id", meeting.meetingId());
    body.put("internal_meeting_id", meeting.internalId());
    body.put("data", analytics(meeting));
    post(
        url,
        Map.of(
            "Content-Type", "application/json",
            "User-Agent", "BigBlueButton Analytics Callback",
            "Authorization", "Bearer " + Jwt.hs512(Map.of("exp", expiry), secret)),
        Json.of(body));
  }

  private static Map<String, Object> analytics(SimulatedMeeting meeting) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("meeting_name", meeting.name());
    metadata.put("is_breakout", String.valueOf(meeting.isBreakout()));
    meeting.orderedMetadata().forEach((name, value) -> metadata.put(name.replace('-', '_'), value));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("metadata", metadata);
    data.put("duration", seconds(meeting));
    data.put("attendees", meeting.everybody().stream().map(RecordingScripts::attendee).toList());
    data.put("files", List.of());
    data.put("polls", List.of());
    return data;
  }

  private static long seconds(SimulatedMeeting meeting) {
    return Math.max(0, meeting.endTime() - meeting.createTime()) / 1000;
  }

  private static Map<String, Object> attendee(Attendee attendee) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ext_user_id", attendee.externalId());
    fields.put("name", attendee.fullName());
    fields.put("moderator", attendee.moderator());
    return fields;
  }

  private void post(String url, Map<String, String> headers, String body) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Accept", "*/*");
    all.put("Accept-Encoding", ACCEPT_ENCODING);
    timer.now(() -> sender.post(url, all, body, TIMEOUT));
  }

  /** Drops requests that are still to come. */
  @Override
  public void close() {
    timer.close();
  }
}
