package io.tinyscale.it;

import com.google.gson.JsonObject;
import io.tinyscale.it.HttpReceiver.Answer;
import io.tinyscale.it.HttpReceiver.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The part of Greenlight that takes callbacks. The end of a meeting counts for the room of exactly
 * that id; nothing else about it is verified. The announcement of a recording must be signed with
 * HS256 and Greenlight's own secret, otherwise the answer is 401. Then Greenlight asks for the
 * recording by its id, and has it only if the answer shows it.
 */
final class GreenlightReceiver implements AutoCloseable {

  /**
   * The end of a meeting, as it was told.
   *
   * @param recordingMarks whether the meeting was recorded
   */
  record Ended(String meetingId, boolean recordingMarks) {}

  private final String secret;
  private final FrontEnd api;
  private final HttpReceiver http;
  private final Set<String> rooms = ConcurrentHashMap.newKeySet();
  private final List<Ended> ended = new CopyOnWriteArrayList<>();
  private final Map<String, String> recordings = new ConcurrentHashMap<>();

  private GreenlightReceiver(String secret, FrontEnd api) {
    this.secret = secret;
    this.api = api;
    this.http = HttpReceiver.start(this::answer);
  }

  /**
   * @param secret what Greenlight was configured with
   * @param api what Greenlight calls to ask for a recording
   */
  static GreenlightReceiver start(String secret, FrontEnd api) {
    return new GreenlightReceiver(secret, api);
  }

  GreenlightReceiver withRoom(String meetingId) {
    rooms.add(meetingId);
    return this;
  }

  String meetingEndedUrl() {
    return http.uri("/meeting_ended").toString();
  }

  String recordingReadyUrl() {
    return http.uri("/recording_ready").toString();
  }

  /** The server, to let it misbehave. */
  HttpReceiver http() {
    return http;
  }

  /** The ends of meetings of known rooms, each as often as it was told. */
  List<Ended> ended() {
    return List.copyOf(ended);
  }

  /** The recordings that Greenlight found, each with the answer that shows it. */
  Map<String, String> recordings() {
    return Map.copyOf(recordings);
  }

  private Answer answer(Request request) {
    return switch (request.method() + " " + request.path()) {
      case "GET /meeting_ended" -> meetingEnded(request);
      case "POST /recording_ready" -> recordingReady(request);
      default -> Answer.of(404);
    };
  }

  private Answer meetingEnded(Request request) {
    String meetingId = request.parameter("meetingID").orElse("");
    if (rooms.contains(meetingId)) {
      boolean marks = request.parameter("recordingmarks").filter("true"::equals).isPresent();
      ended.add(new Ended(meetingId, marks));
    }
    return Answer.of(200);
  }

  private Answer recordingReady(Request request) {
    Optional<JsonObject> claims =
        request.form("signed_parameters").stream()
            .findFirst()
            .flatMap(token -> TestTokens.verify(token, "HS256", secret));
    if (claims.isEmpty() || !claims.get().has("record_id")) {
      return Answer.of(401);
    }
    String recordId = claims.get().get("record_id").getAsString();
    String answer =
        api.call(
            "getRecordings", "recordID=" + URLEncoder.encode(recordId, StandardCharsets.UTF_8));
    if (answer.contains("<recordID>" + recordId + "</recordID>")) {
      recordings.put(recordId, answer);
    }
    return Answer.of(200);
  }

  @Override
  public void close() {
    http.close();
  }
}
