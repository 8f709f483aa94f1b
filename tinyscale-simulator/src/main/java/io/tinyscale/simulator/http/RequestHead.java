package io.tinyscale.simulator.http;

import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Request line and header fields of one request.
 *
 * @param path the raw path, not decoded
 * @param rawQuery what follows the first {@code ?}, one char per byte; null if there is none
 * @param minorVersion 0 or 1, of HTTP/1.x
 */
public record RequestHead(
    String method, String path, @Nullable String rawQuery, int minorVersion, Headers headers) {
  /** Long enough for a create call with a long welcome text. */
  private static final int MAX_LINE = 128 * 1024;

  private static final int MAX_HEADERS = 200;

  /** Reads the next head; null if the connection ended before it. */
  static @Nullable RequestHead read(SocketInput in) throws IOException {
    String line = in.readLine(MAX_LINE);
    while (line != null && line.isEmpty()) {
      line = in.readLine(MAX_LINE);
    }
    if (line == null) {
      return null;
    }
    int afterMethod = line.indexOf(' ');
    int beforeVersion = line.lastIndexOf(' ');
    if (afterMethod <= 0
        || beforeVersion <= afterMethod
        || !line.startsWith("HTTP/1.", beforeVersion + 1)) {
      throw new BadRequestException(400, "malformed request line");
    }
    String target = line.substring(afterMethod + 1, beforeVersion);
    int query = target.indexOf('?');
    return new RequestHead(
        line.substring(0, afterMethod),
        pathOf(query < 0 ? target : target.substring(0, query)),
        query < 0 ? null : target.substring(query + 1),
        line.endsWith(".0") ? 0 : 1,
        readHeaders(in));
  }

  /** The path of a target, which may be in absolute form ({@code http://host/path}). */
  private static String pathOf(String target) {
    int scheme = target.indexOf("://");
    if (target.startsWith("/") || scheme < 0) {
      return target;
    }
    int slash = target.indexOf('/', scheme + 3);
    return slash < 0 ? "/" : target.substring(slash);
  }

  private static Headers readHeaders(SocketInput in) throws IOException {
    Headers headers = new Headers();
    for (int i = 0; i < MAX_HEADERS; i++) {
      String line = in.readLine(MAX_LINE);
      if (line == null) {
        throw new EOFException("connection closed within the header");
      }
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new BadRequestException(400, "malformed header line");
      }
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    throw new BadRequestException(431, "too many header lines");
  }

  public Optional<String> header(String name) {
    return headers.first(name);
  }

  /** Media type of the request in lower case without parameters; empty if there is none. */
  public String mediaType() {
    String type = header("Content-Type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /** Whether the header announces a body of any length. */
  public boolean announcesBody() {
    return header("Transfer-Encoding").isPresent()
        || !header("Content-Length").orElse("0").equals("0");
  }

  /** Whether the caller wants to keep the connection open after the answer. */
  boolean keepsAlive() {
    return minorVersion == 1
        ? !headers.hasToken("Connection", "close")
        : headers.hasToken("Connection", "keep-alive");
  }
}
