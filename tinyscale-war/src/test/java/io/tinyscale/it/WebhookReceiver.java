package io.tinyscale.it;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyscale.it.HttpReceiver.Answer;
import io.tinyscale.it.HttpReceiver.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A front end that hears of events by webhooks. It takes a delivery only if the checksum, which is
 * the last parameter of the URL, is that of the registered URL, the body and its own secret;
 * otherwise the answer is 403.
 */
final class WebhookReceiver implements AutoCloseable {

  private static final Pattern CHECKSUM = Pattern.compile("(.*)[?&]checksum=([0-9a-f]+)");
  private static final Map<Integer, String> ALGORITHMS =
      Map.of(40, "SHA-1", 64, "SHA-256", 96, "SHA-384", 128, "SHA-512");

  private final String secret;
  private final HttpReceiver http;
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

  /**
   * A delivery that was verified.
   *
   * @param target path and query of the registered URL
   * @param events what the field {@code event} lists
   */
  record Delivery(String target, List<JsonObject> events) {}

  private WebhookReceiver(String secret) {
    this.secret = secret;
    this.http = HttpReceiver.start(this::answer);
  }

  static WebhookReceiver start(String secret) {
    return new WebhookReceiver(secret);
  }

  /** A URL to register; the target is a path that begins with a slash and may have a query. */
  String url(String target) {
    return http.uri(target).toString();
  }

  /** The server, to let it misbehave. */
  HttpReceiver http() {
    return http;
  }

  List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  /** The verified events of a registered URL. */
  List<JsonObject> events(String target) {
    return deliveries.stream()
        .filter(delivery -> delivery.target().equals(target))
        .flatMap(delivery -> delivery.events().stream())
        .toList();
  }

  /** The mapped events of a registered URL, each as its name and the meeting's external id. */
  List<String> summary(String target) {
    return events(target).stream()
        .map(event -> event.getAsJsonObject("data"))
        .map(
            data ->
                data.get("id").getAsString()
                    + " "
                    + data.getAsJsonObject("attributes")
                        .getAsJsonObject("meeting")
                        .get("external-meeting-id")
                        .getAsString())
        .toList();
  }

  private Answer answer(Request request) {
    Matcher target = CHECKSUM.matcher(request.target());
    if (!request.method().equals("POST") || !target.matches()) {
      return Answer.of(403);
    }
    String algorithm = ALGORITHMS.get(target.group(2).length());
    String registered = target.group(1);
    if (algorithm == null
        || !FrontEnd.hash(algorithm, url(registered) + request.text() + secret)
            .equals(target.group(2))) {
      return Answer.of(403);
    }
    Optional<String> events = request.form("event").stream().findFirst();
    if (events.isEmpty()) {
      return Answer.of(400);
    }
    deliveries.add(
        new Delivery(
            registered,
            JsonParser.parseString(events.get()).getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList()));
    return Answer.of(200);
  }

  @Override
  public void close() {
    http.close();
  }
}
