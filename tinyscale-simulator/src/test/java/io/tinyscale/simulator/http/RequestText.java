package io.tinyscale.simulator.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Requests written as text, for tests that need no connection. */
public final class RequestText {
  private RequestText() {}

  /** Reads a request, its head and its body, as a connection does. */
  public static HttpRequest read(String text) throws IOException {
    SocketInput in =
        new SocketInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    RequestHead head = RequestHead.read(in);
    RequestBody body = RequestBody.of(head, in, () -> {});
    return new HttpRequest(head, body, "127.0.0.1");
  }
}
