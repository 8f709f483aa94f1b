package io.tinyscale.it;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyscale.it.HttpReceiver.Answer;
import io.tinyscale.it.HttpReceiver.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The part of Moodle that takes callbacks. It verifies them with its own secret: the announcement
 * of a recording by HS256 only, analytics by HS512 only. It answers 400 to what it cannot verify,
 * 410 if its activity is gone, and otherwise 202.
 *
 * <p>The meeting of an activity has the id of the activity, a dash and more, for a group with a
 * number in brackets behind it.
 */
final class MoodleReceiver implements AutoCloseable {

  private static final String BROKER = "/mod/bigbluebuttonbn/bbb_broker.php";

  private final String secret;
  private final HttpReceiver http;
  private final Map<String, String> activities = new ConcurrentHashMap<>();
  private final Map<String, Integer> recordings = new ConcurrentHashMap<>();
  private final List<JsonObject> analytics = new CopyOnWriteArrayList<>();

  private MoodleReceiver(String secret) {
    this.secret = secret;
    this.http = HttpReceiver.start(this::answer);
  }

  /**
   * @param secret what Moodle was configured with
   */
  static MoodleReceiver start(String secret) {
    return new MoodleReceiver(secret);
  }

  /** Adds an activity whose meetings have ids that begin with this one. */
  MoodleReceiver withActivity(int number, String meetingId) {
    activities.put(String.valueOf(number), meetingId);
    return this;
  }

  void removeActivity(int number) {
    activities.remove(String.valueOf(number));
  }

  /** Where a server announces recordings of an activity. */
  String recordingReadyUrl(int activity) {
    return http.uri(BROKER + "?action=recording_ready&bigbluebuttonbn=" + activity).toString();
  }

  /** Where a server sends the analytics of an activity. */
  String analyticsUrl(int activity) {
    return http.uri(BROKER + "?action=meeting_events&bigbluebuttonbn=" + activity).toString();
  }

  /** The server, to let it misbehave. */
  HttpReceiver http() {
    return http;
  }

  /** The ids of the recordings that were announced, each once. */
  List<String> recordings() {
    return List.copyOf(recordings.keySet());
  }

  /** How often a recording was announced. */
  int announced(String recordId) {
    return recordings.getOrDefault(recordId, 0);
  }

  /** The analytics that were accepted. */
  List<JsonObject> analytics() {
    return List.copyOf(analytics);
  }

  private Answer answer(Request request) {
    if (!request.path().equals(BROKER) || !request.method().equals("POST")) {
      return Answer.of(400);
    }
    return switch (request.parameter("action").orElse("")) {
      case "recording_ready" -> recordingReady(request);
      case "meeting_events" -> meetingEvents(request);
      default -> Answer.of(400);
    };
  }

  private Answer recordingReady(Request request) {
    Optional<JsonObject> claims =
        request.form("signed_parameters").stream()
            .findFirst()
            .flatMap(token -> TestTokens.verify(token, "HS256", secret));
    if (claims.isEmpty() || !claims.get().has("record_id")) {
      return Answer.of(400);
    }
    if (!belongs(request, claims.get())) {
      return Answer.of(410);
    }
    recordings.merge(claims.get().get("record_id").getAsString(), 1, Integer::sum);
    return Answer.of(202);
  }

  private Answer meetingEvents(Request request) {
    Optional<JsonObject> claims =
        request
            .header("Authorization")
            .filter(value -> value.startsWith("Bearer "))
            .flatMap(value -> TestTokens.verify(value.substring(7), "HS512", secret));
    Optional<JsonObject> body = json(request.text());
    if (claims.isEmpty() || body.isEmpty()) {
      return Answer.of(400);
    }
    if (!belongs(request, body.get())) {
      return Answer.of(410);
    }
    analytics.add(body.get());
    return Answer.of(202);
  }

  private static Optional<JsonObject> json(String text) {
    try {
      return Optional.of(JsonParser.parseString(text).getAsJsonObject());
    } catch (JsonParseException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** Whether the activity in the URL exists and the meeting is one of its meetings. */
  private boolean belongs(Request request, JsonObject callback) {
    String activity = request.parameter("bigbluebuttonbn").orElse("");
    if (!callback.has("meeting_id") || !activities.containsKey(activity)) {
      return false;
    }
    String withoutGroup = callback.get("meeting_id").getAsString().split("\\[", 2)[0];
    return withoutGroup.split("-", 2)[0].equals(activities.get(activity));
  }

  @Override
  public void close() {
    http.close();
  }
}
