package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Header;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The answers of the door that several endpoints give. */
final class Answers {

  private static final Header NO_STORE = new Header("Cache-Control", "no-store");
  private static final Header NO_SNIFFING = new Header("X-Content-Type-Options", "nosniff");

  /** No page of another origin may include an answer. */
  private static final Header NOT_FOR_OTHERS =
      new Header("Cross-Origin-Resource-Policy", "same-origin");

  private Answers() {}

  /** Writes a JSON document. */
  interface Json {
    /** Writes the members of the document's one object. */
    void write(JsonWriter json) throws IOException;
  }

  /** A JSON document, answered with 200. */
  static HttpAnswer json(Json members) {
    return json(200, "application/json", members);
  }

  /** The same already. */
  static CompletionStage<HttpAnswer> now(HttpAnswer answer) {
    return CompletableFuture.completedStage(answer);
  }

  /** An answer with further header fields. */
  static HttpAnswer with(HttpAnswer answer, List<Header> more) {
    List<Header> headers = new ArrayList<>(answer.headers());
    headers.addAll(more);
    return new HttpAnswer(answer.status(), headers, answer.body());
  }

  /** Writes a list of texts. */
  static void texts(JsonWriter json, Iterable<String> texts) throws IOException {
    json.beginArray();
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
  }

  /** Writes a time, or null. */
  static void time(JsonWriter json, @Nullable Instant time) throws IOException {
    json.value(time == null ? null : text(time));
  }

  /**
   * A time that an age tells. Two clocks differ a little each time: a time that stays shall not
   * look new.
   */
  static Instant rounded(Instant time) {
    return time.plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
  }

  /** A time as JSON documents tell it. */
  static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** A JSON document. */
  static HttpAnswer json(int status, String contentType, Json members) {
    return answer(status, contentType, Body.of(text(members) + "\n"));
  }

  /** The text of a JSON document, in one line. */
  static String text(Json members) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      members.write(json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be written", e);
    }
    return text.toString();
  }

  /** Any answer that nobody may keep. */
  static HttpAnswer answer(int status, String contentType, Body body) {
    return new HttpAnswer(
        status,
        List.of(new Header("Content-Type", contentType), NO_STORE, NO_SNIFFING, NOT_FOR_OTHERS),
        body);
  }

  /** A problem with a request. */
  static HttpAnswer problem(
      HttpRequest request, int status, String name, String title, String detail) {
    return new Problem(status, name, title, detail).answer(request.trace().id());
  }

  /** The refusal of a method other than GET and HEAD; the request's body is not wanted. */
  static Optional<HttpAnswer> unlessReading(HttpRequest request) {
    BodyCollector.discard(request.body());
    return request.method().equals("GET") || request.method().equals("HEAD")
        ? Optional.empty()
        : Optional.of(new HttpAnswer(405, List.of(new Header("Allow", "GET, HEAD")), Body.EMPTY));
  }
}
