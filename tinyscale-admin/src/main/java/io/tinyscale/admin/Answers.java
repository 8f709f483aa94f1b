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
import java.util.List;
import java.util.Optional;

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

  /** A JSON document. */
  static HttpAnswer json(int status, String contentType, Json members) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      members.write(json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be written", e);
    }
    return answer(status, contentType, Body.of(text + "\n"));
  }

  /** Any answer that nobody may keep. */
  static HttpAnswer answer(int status, String contentType, Body body) {
    return new HttpAnswer(
        status,
        List.of(new Header("Content-Type", contentType), NO_STORE, NO_SNIFFING, NOT_FOR_OTHERS),
        body);
  }

  /** A problem as RFC 9457 has it. */
  static HttpAnswer problem(int status, String name, String title, String detail) {
    return json(
        status,
        "application/problem+json",
        json ->
            json.name("type")
                .value("urn:tinyscale:problem:" + name)
                .name("title")
                .value(title)
                .name("status")
                .value(status)
                .name("detail")
                .value(detail));
  }

  /** The refusal of a method other than GET and HEAD; the request's body is not wanted. */
  static Optional<HttpAnswer> unlessReading(HttpRequest request) {
    BodyCollector.discard(request.body());
    return request.method().equals("GET") || request.method().equals("HEAD")
        ? Optional.empty()
        : Optional.of(new HttpAnswer(405, List.of(new Header("Allow", "GET, HEAD")), Body.EMPTY));
  }
}
