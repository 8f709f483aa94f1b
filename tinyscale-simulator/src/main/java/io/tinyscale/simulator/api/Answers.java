package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The documents that all calls share. A FAILED answer has status 200 like any other. */
final class Answers {
  private Answers() {}

  /** A document with that content in {@code response}, marked as not to be cached. */
  static Response document(Xml.Part content) {
    return cacheableDocument(content).with("Cache-Control", "no-cache");
  }

  /** A document without the header against caching, which a few calls leave out. */
  static Response cacheableDocument(Xml.Part content) {
    return Response.of(
        200,
        "text/xml;charset=utf-8",
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          Xml xml = new Xml(writer);
          xml.open("response");
          content.writeTo(xml);
          xml.raw("</response>");
          writer.flush();
        });
  }

  static Response success(Xml.Part content) {
    return document(
        xml -> {
          xml.element("returncode", "SUCCESS");
          content.writeTo(xml);
        });
  }

  static Response failed(Failure failure) {
    return document(
        xml ->
            xml.element("returncode", "FAILED")
                .element("messageKey", failure.key())
                .element("message", failure.message()));
  }

  /** Some failures have this form, without {@code messageKey} at the top. */
  static Response failedWithErrors(Failure failure) {
    return document(
        xml ->
            xml.element("returncode", "FAILED")
                .open("errors")
                .open("error")
                .element("key", failure.key())
                .element("message", failure.message())
                .close("error")
                .close("errors"));
  }

  /** JSON in an object {@code response}. */
  static Response json(Map<String, ?> response) {
    return bareJson(Map.of("response", response));
  }

  static Response bareJson(Object value) {
    byte[] bytes = Json.of(value).getBytes(StandardCharsets.UTF_8);
    return Response.of(200, "application/json;charset=utf-8", out -> out.write(bytes))
        .with("Cache-Control", "no-cache");
  }

  static Response jsonFailed(Failure failure) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("returncode", "FAILED");
    fields.put("messageKey", failure.key());
    fields.put("message", failure.message());
    return json(fields);
  }
}
