package io.tinyscale.simulator.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * An answer without faults.
 *
 * @param length the length of the body if it is known; otherwise a short body is counted and a long
 *     body is sent in chunks
 * @param chunked whether a short body is sent in chunks, too
 */
public record Response(
    int status, Map<String, String> headers, OptionalLong length, boolean chunked, Content content)
    implements Reaction {

  /** Writes a body. Called at most once for each sending, on the thread of the connection. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  public static Response of(int status, String contentType, Content content) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", contentType);
    return new Response(status, headers, OptionalLong.empty(), false, content);
  }

  public static Response html(int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return of(status, "text/html;charset=utf-8", out -> out.write(bytes));
  }

  public static Response text(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return of(200, "text/plain;charset=utf-8", out -> out.write(bytes));
  }

  public static Response redirect(String location) {
    return new Response(302, Map.of("Location", location), OptionalLong.of(0), false, out -> {});
  }

  public Response with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, length, chunked, content);
  }

  public Response withLength(long bytes) {
    return new Response(status, headers, OptionalLong.of(bytes), false, content);
  }

  /** The same answer in chunks; each chunk is sent as soon as it is written. */
  public Response inChunks() {
    return new Response(status, headers, OptionalLong.empty(), true, content);
  }

  /** The body as bytes. */
  public byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.writeTo(bytes);
    return bytes.toByteArray();
  }

  @Override
  public boolean perform(Wire wire) throws IOException {
    return send(wire, wire.out(), UnaryOperator.identity());
  }

  /** Sends the answer; the body passes a filter, which may slow it down. */
  public boolean send(Wire wire, OutputStream out, UnaryOperator<OutputStream> bodyFilter)
      throws IOException {
    RequestHead request = wire.head();
    boolean bodyless = request.method().equals("HEAD") || status == 204 || status == 304;
    if (bodyless || length.isPresent()) {
      writeHead(out, request.keepsAlive(), framing());
      if (!bodyless) {
        OutputStream body = bodyFilter.apply(out);
        content.writeTo(body);
        body.flush();
      }
      out.flush();
      return request.keepsAlive();
    }
    FramedOutput framed = new FramedOutput(this, request, out, bodyFilter.apply(out));
    content.writeTo(framed);
    framed.finish();
    return framed.keepsAlive();
  }

  /** Empty if the length is unknown, as in an answer to HEAD. */
  private String framing() {
    return length.isPresent() && status != 204 ? "Content-Length: " + length.getAsLong() : "";
  }

  /** Writes status line and header; {@code framing} is the line that says where the body ends. */
  public void writeHead(OutputStream out, boolean keepAlive, String framing) throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason()).append("\r\n");
    head.append("Server: nginx\r\nDate: ")
        .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
        .append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!framing.isEmpty()) {
      head.append(framing).append("\r\n");
    }
    head.append(keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private String reason() {
    return switch (status) {
      case 200 -> "OK";
      case 302 -> "Found";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Request Entity Too Large";
      case 414 -> "URI Too Long";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      default -> "Status";
    };
  }
}
