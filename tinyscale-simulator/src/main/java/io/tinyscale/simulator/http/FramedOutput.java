package io.tinyscale.simulator.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Sends a body of unknown length. A body that fits the buffer is sent with its length, a longer
 * body in chunks; a caller of HTTP/1.0 gets it until the connection ends.
 */
final class FramedOutput extends OutputStream {
  private static final int HELD = 32 * 1024;
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Response response;
  private final RequestHead request;
  private final OutputStream out;
  private final OutputStream body;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(1024);
  private boolean started;

  FramedOutput(Response response, RequestHead request, OutputStream out, OutputStream body) {
    this.response = response;
    this.request = request;
    this.out = out;
    this.body = body;
  }

  @Override
  public void write(int b) throws IOException {
    held.write(b);
    sendIfFull();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    held.write(bytes, offset, length);
    sendIfFull();
  }

  private void sendIfFull() throws IOException {
    if (response.chunked() || held.size() >= HELD) {
      sendHeld();
    }
  }

  /**
   * Does nothing as long as the length may become known: an encoder flushes at its end, and this
   * must not make the body chunked.
   */
  @Override
  public void flush() throws IOException {
    if (response.chunked()) {
      body.flush();
      out.flush();
    }
  }

  private void sendHeld() throws IOException {
    if (!started) {
      started = true;
      response.writeHead(out, keepsAlive(), chunked() ? "Transfer-Encoding: chunked" : "");
    }
    if (chunked()) {
      body.write(Integer.toHexString(held.size()).getBytes(StandardCharsets.US_ASCII));
      body.write(LINE_END);
    }
    held.writeTo(body);
    if (chunked()) {
      body.write(LINE_END);
    }
    held.reset();
  }

  /** Sends the rest and marks the end. */
  void finish() throws IOException {
    if (!started) {
      response.writeHead(out, request.keepsAlive(), "Content-Length: " + held.size());
      held.writeTo(body);
    } else {
      if (held.size() > 0) {
        sendHeld();
      }
      if (chunked()) {
        body.write(LAST_CHUNK);
      }
    }
    body.flush();
    out.flush();
  }

  private boolean chunked() {
    return request.minorVersion() == 1;
  }

  /** Whether the connection can stay open after the body. */
  boolean keepsAlive() {
    return request.keepsAlive() && (!started || chunked());
  }
}
